import type { OrderAnswer } from '../../../services/orders/order-answer.ts';
import { placeOrder } from '../../../services/orders/place-order.ts';
import type { Context } from '../../context.ts';
import { printWritten } from '../../print-written.ts';
import { ORDER_FIELDS, orderPresentation } from './order-view.ts';
import type { OrderPlaceOptions } from './place.ts';

export async function runOrderPlace(context: Context, options: OrderPlaceOptions): Promise<void> {
  const { product, quantity, buyer = null, reference = null, holdMs = null } = options;
  const requestId = options.requestId ?? context.newRequestId();
  await askAndPrint(context, requestId, async () => {
    const dependencies = await context.orders();
    const request = {
      requestId,
      isFresh: options.requestId === undefined,
      product,
      location: options.location ?? context.loaded.config.stock.location,
      quantity,
      buyer,
      reference,
      holdMs,
    };
    return () => placeOrder(dependencies, request, { dryRun: context.globals.dryRun });
  });
}

/**
 * Asks one thing of an order and prints what came of it. `--fields` is checked first: after a sale it
 * would be too late for exit 2.
 * @param open gets the stores ready; what it returns is sent under the request id
 */
export async function askAndPrint(
  context: Context,
  requestId: string,
  open: () => Promise<() => Promise<OrderAnswer>>,
): Promise<void> {
  const { terminal, globals } = context;
  const { dryRun } = globals;
  terminal.checkFields(terminal.format === 'json' ? [...ORDER_FIELDS, 'dry_run'] : ORDER_FIELDS);
  context.requested(requestId);
  const ask = await open();
  context.writing(dryRun ? null : requestId);
  const order = await ask();
  context.writing(null);
  await printWritten(context, requestId, orderPresentation(order, { dryRun, receipt: true }));
}
