import { cancelOrder } from '../../../services/orders/cancel-order.ts';
import { confirmOrder } from '../../../services/orders/confirm-order.ts';
import { showOrder } from '../../../services/orders/show-order.ts';
import type { Context } from '../../context.ts';
import type { OrderByIdOptions } from './by-id.ts';
import { orderPresentation } from './order-view.ts';
import { askAndPrint } from './run-place.ts';

export async function runOrderConfirm(context: Context, options: OrderByIdOptions): Promise<void> {
  await askAndPrint(context, options.requestId, async () => {
    const dependencies = await context.orders();
    return () => confirmOrder(dependencies, options, { dryRun: context.globals.dryRun });
  });
}

export async function runOrderCancel(context: Context, options: OrderByIdOptions): Promise<void> {
  await askAndPrint(context, options.requestId, async () => {
    const dependencies = await context.orders();
    return () => cancelOrder(dependencies, options, { dryRun: context.globals.dryRun });
  });
}

export async function runOrderShow(context: Context, options: OrderByIdOptions): Promise<void> {
  const order = await showOrder(await context.orders(), options);
  await context.terminal.print(orderPresentation(order, { dryRun: false, receipt: false }));
}
