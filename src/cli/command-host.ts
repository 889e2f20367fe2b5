import type { Context } from './context.ts';

/** What a command's builder is given: the means to run, never the means to parse. */
export interface CommandHost {
  /** Makes the context, runs the work in it, closes what it opened. */
  run(work: (context: Context) => Promise<void>): Promise<void>;
}
