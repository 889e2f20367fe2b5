import { InvError } from '../../../lib/errors.ts';
import type { PostedStock } from '../../../services/stock/post-stock.ts';
import type { Context } from '../../context.ts';
import { postingFields, postingPresentation } from './posting-view.ts';

/**
 * Books one request and prints what moved. `--fields` is checked first: after the write it would be
 * too late for exit 2.
 * @param open gets the stores ready; the write that it returns is sent under the request id
 */
export async function bookAndPrint(
  context: Context,
  requestId: string,
  open: () => Promise<() => Promise<PostedStock>>,
): Promise<PostedStock> {
  const { terminal, globals } = context;
  terminal.checkFields(postingFields(terminal.format));
  context.requested(requestId);
  const book = await open();
  context.writing(requestId);
  const posted = await book();
  context.writing(null);
  try {
    await terminal.print(postingPresentation(posted, { dryRun: globals.dryRun }));
  } catch (error) {
    if (!(error instanceof InvError) || globals.dryRun) throw error;
    throw new InvError('OUTCOME_UNKNOWN', `it is booked, but ${error.message}`, {
      hint: `run the same command with --request-id ${requestId}: it gives the answer again`,
      cause: error,
    });
  }
  return posted;
}
