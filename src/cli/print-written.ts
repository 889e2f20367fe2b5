import { InvError } from '../lib/errors.ts';
import type { Context } from './context.ts';
import type { Presentation } from './terminal/types.ts';

/**
 * Prints what a write has done. When that fails, the write is done all the same, and the error must
 * not read as if it were not.
 */
export async function printWritten(
  { terminal, globals }: Context,
  requestId: string,
  presentation: Presentation,
): Promise<void> {
  try {
    await terminal.print(presentation);
  } catch (error) {
    if (!(error instanceof InvError) || globals.dryRun) throw error;
    throw new InvError('OUTCOME_UNKNOWN', `it is booked, but ${error.message}`, {
      hint: `run the same command with --request-id ${requestId}: it gives the answer again`,
      cause: error,
    });
  }
}
