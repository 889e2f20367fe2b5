import type { PostedStock } from '../../../services/stock/post-stock.ts';
import type { Context } from '../../context.ts';
import type { Presentation } from '../../terminal/types.ts';
import { postingFields, postingPresentation } from './posting-view.ts';

/**
 * Books one request and prints what moved. `--fields` is checked first: after the write it would be
 * too late for exit 2.
 * @param open gets the stores ready; the write that it returns is sent under the request id
 * @param otherwise what to print when there was nothing to book
 */
export async function bookAndPrint<T extends PostedStock | null>(
  context: Context,
  requestId: string,
  open: () => Promise<() => Promise<T>>,
  otherwise?: () => Presentation,
): Promise<T> {
  const { terminal, globals } = context;
  terminal.checkFields(postingFields(terminal.format));
  const book = await open();
  context.writing(requestId);
  const posted = await book();
  context.writing(null);
  const { dryRun } = globals;
  if (posted !== null) await terminal.print(postingPresentation(posted, { dryRun }));
  else if (otherwise !== undefined) await terminal.print(otherwise());
  return posted;
}
