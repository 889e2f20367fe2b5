import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import type { Context } from '../../context.ts';
import { DEMO_FILES } from './demo-script.ts';
import { runDemo } from './run-demo.ts';
import type { DemoOptions } from './run-demo.ts';

interface Flags {
  readonly keep?: true;
  readonly step?: true;
}

/** `inv demo`: a tour that runs the real commands. */
export function demoCommand(host: CommandHost): Command {
  return new Command('demo')
    .summary('a guided tour on servers of its own')
    .description(
      'Starts a MySQL and a Redis of its own in a temporary folder, loads a catalogue, receives goods, ' +
        'ships orders, tries to sell what is not there, undoes a mistake, sells from a pool, and ' +
        'shows the ledger. It ' +
        'prints each command as it is typed, then what the command says. Your own stock is not ' +
        'touched, and nothing is left behind.\n\n' +
        'Exit code 0 only if every command ended as it should.',
    )
    .option('--step', 'wait for Enter after each chapter')
    .option('--keep', 'leave the servers and their data to you, to try things out')
    .action((flags: Flags) => host.run((context) => run(context, flags)));
}

async function run(context: Context, flags: Flags): Promise<void> {
  const options: DemoOptions = { keep: flags.keep === true, step: flags.step === true };
  const { terminal, local, packageRoot, signal } = context;
  await runDemo(context, options, async () => {
    const { openScratch } = await import('../../composition/scratch.ts');
    const settings = {
      // People read this, also in a pipe.
      INV_OUTPUT_FORMAT: 'table',
      INV_OUTPUT_COLOR: terminal.stdout.color ? 'always' : 'never',
      INV_ACTOR: 'demo',
    };
    return openScratch({ local, packageRoot, signal, settings, files: DEMO_FILES });
  });
}
