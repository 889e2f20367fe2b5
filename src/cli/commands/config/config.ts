import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { runConfigPath } from './path.ts';
import { runConfigShow } from './show.ts';
import { runConfigValidate } from './validate.ts';

export function configCommand(host: CommandHost): Command {
  const command = new Command('config').description('The settings, and where they come from.');
  command
    .command('show')
    .summary('every setting with its value')
    .description(
      'Shows every setting with its value, or one, or those of a section. Secrets are shown as ***.',
    )
    .argument('[setting]', 'a setting or a section: stock.location, mysql')
    .option('--origin', 'also say where each value came from')
    .action((wanted: string | undefined, flags: { readonly origin?: boolean }) =>
      host.run((context) => runConfigShow(context, { wanted, showOrigin: flags.origin === true })),
    );
  command
    .command('validate')
    .summary('check the configuration')
    .description('Checks every file and variable. Exit code 78 with all problems at once.')
    .action(() => host.run(runConfigValidate));
  command
    .command('path')
    .summary('which files are read')
    .description('Names the files that are read, the strongest first.')
    .action(() => host.run(runConfigPath));
  return command;
}
