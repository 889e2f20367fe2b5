import type { PostedStock } from '../../../services/stock/post-stock.ts';
import type { Context } from '../../context.ts';
import { printWritten } from '../../print-written.ts';
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
  await printWritten(context, requestId, postingPresentation(posted, { dryRun: globals.dryRun }));
  return posted;
}
