import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { HELP_TOPICS } from '../../help/topics.ts';
import { findCommand } from './find-command.ts';

/** `inv help`, `inv help TOPIC`, `inv help COMMAND…`. */
export function helpCommand(host: CommandHost): Command {
  return new Command('help')
    .description('Explains a command or a topic.')
    .usage('[topic | command...]')
    .argument('[words...]', 'a topic, or a command: stock out')
    .addHelpText('after', `\nTopics: ${HELP_TOPICS.map(({ name }) => name).join(', ')}`)
    .action(async (words: readonly string[]) => {
      const topic = HELP_TOPICS.find(({ name }) => name === words[0]);
      if (topic !== undefined && words.length === 1) {
        const text = await topic.load();
        await host.write(text());
        return;
      }
      const command = await findCommand(host, words);
      command.outputHelp();
    });
}
