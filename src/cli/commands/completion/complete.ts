import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { HELP_TOPICS } from '../../help/topics.ts';
import { findSlot } from './find-slot.ts';
import type { Slot } from './find-slot.ts';
import { runComplete } from './run-complete.ts';

/** `inv __complete -- WORD…`: what could stand in place of the last word. Says nothing when it cannot. */
export function completeCommand(host: CommandHost): Command {
  return new Command('__complete')
    .argument('[words...]', 'the words after inv, the last one unfinished')
    .action(async (words: readonly string[]) => {
      const slot = await slotOf(host, words);
      if (slot !== undefined) await host.run((context) => runComplete(context, slot));
    });
}

async function slotOf(host: CommandHost, words: readonly string[]): Promise<Slot | undefined> {
  const typed = words.at(-1) ?? '';
  const finished = words.slice(0, -1);
  try {
    return finished[0] === 'help'
      ? await helpSlot(host, finished.slice(1), typed)
      : findSlot(await host.programFor(finished), finished, typed);
  } catch {
    // The first word names no command: there is nothing to offer behind it.
    return undefined;
  }
}

/** Behind `inv help` stand the words of a command, without what it takes; or a topic. */
async function helpSlot(
  host: CommandHost,
  finished: readonly string[],
  typed: string,
): Promise<Slot> {
  const slot = findSlot(await host.programFor(finished), finished, typed);
  const topics = finished.length > 0 ? [] : HELP_TOPICS.map(({ name }) => name);
  return {
    ...slot,
    candidates: [...slot.candidates, ...topics.map((value) => ({ value, description: 'topic' }))],
    codes: undefined,
    isFile: false,
  };
}
