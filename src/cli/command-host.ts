import type { Command } from 'commander';
import type { Context } from './context.ts';

/** What a command's builder is given: the means to run, never the means to parse. */
export interface CommandHost {
  /** Makes the context, runs the work in it, closes what it opened. */
  run(work: (context: Context) => Promise<void>): Promise<void>;
  /** Prints text of our own that no setting changes: it must come even when the configuration is broken. */
  write(text: string): Promise<void>;
  /**
   * The command tree as these words would find it, for commands that speak of other commands.
   * @throws InvError USAGE with "did you mean" when the first word names none
   */
  programFor(words: readonly string[]): Promise<Command>;
}
