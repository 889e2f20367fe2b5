import type { StrategyName } from '../../../domain/posting.ts';
import { InvError } from '../../../lib/errors.ts';
import { skuOfProduct } from '../../../loadtest/workload/skus.ts';
import type { LoadAnswer, LoadRequest, LoadTarget } from '../../../ports/load-target.ts';
import { cancelOrder } from '../../../services/orders/cancel-order.ts';
import { confirmOrder } from '../../../services/orders/confirm-order.ts';
import type { OrderDependencies } from '../../../services/orders/dependencies.ts';
import type { OrderAnswer } from '../../../services/orders/order-answer.ts';
import { placeOrder } from '../../../services/orders/place-order.ts';
import { postStock } from '../../../services/stock/post-stock.ts';
import type { StockDependencies } from '../../../services/stock/post-stock.ts';
import { SHOP_LOCATION } from './stock-shop.ts';

const NOW = { dryRun: false } as const;

/** Orders from pools, by the use cases behind `inv order`. */
export function poolTarget(orders: OrderDependencies): LoadTarget {
  return {
    name: 'lua',
    start: (request) => answered(async () => answerOf(await order(orders, request))),
  };
}

/** Goods that leave by `inv stock out`: MySQL decides. It knows neither buyers nor holds. */
export function stockTarget(name: StrategyName, stock: StockDependencies): LoadTarget {
  return { name, start: (request) => answered(() => stockOut(stock, request)) };
}

async function order(orders: OrderDependencies, request: LoadRequest): Promise<OrderAnswer> {
  const { action, requestId, isFresh, buyer, product, quantity, holdMs } = request;
  switch (action) {
    case 'confirm':
      return confirmOrder(orders, { requestId }, NOW);
    case 'cancel':
      return cancelOrder(orders, { requestId }, NOW);
    case 'order':
    case 'hold':
      return placeOrder(
        orders,
        {
          ...{ requestId, isFresh, quantity, buyer },
          product: skuOfProduct(product),
          location: SHOP_LOCATION,
          reference: null,
          holdMs: action === 'hold' ? holdMs : null,
        },
        NOW,
      );
  }
}

function answerOf({ state, replayed, remaining }: OrderAnswer): LoadAnswer {
  switch (state) {
    case 'accepted':
    case 'settled':
      return { status: 'accepted', isReplay: replayed, remaining };
    case 'held':
      return { status: 'held', isReplay: replayed, remaining };
    case 'cancelled':
    case 'expired':
      return { status: 'cancelled', isReplay: replayed };
  }
}

async function stockOut(
  stock: StockDependencies,
  { requestId, isFresh, product, quantity }: LoadRequest,
): Promise<LoadAnswer> {
  const { posting, replayed } = await postStock(
    stock,
    {
      requestId,
      kind: 'out',
      lines: [
        {
          product: skuOfProduct(product),
          location: SHOP_LOCATION,
          quantity: -quantity,
          unitCost: null,
        },
      ],
      ...{ reason: null, reference: null, supplier: null, occurredAt: null },
    },
    { ...NOW, isFresh },
  );
  const remaining = replayed ? null : (posting.movements[0]?.availableAfter ?? null);
  return { status: 'accepted', isReplay: replayed, remaining };
}

/** A refusal is an answer; whatever else fails is thrown on. */
async function answered(ask: () => Promise<LoadAnswer>): Promise<LoadAnswer> {
  try {
    return await ask();
  } catch (error) {
    const refusal = error instanceof InvError ? refusalOf(error) : undefined;
    if (refusal === undefined) throw error;
    return refusal;
  }
}

function refusalOf({ code }: InvError): LoadAnswer | undefined {
  const refused = { status: 'refused', isReplay: false } as const;
  switch (code) {
    case 'INSUFFICIENT_STOCK':
      return { ...refused, reason: 'sold_out' };
    case 'LIMIT_REACHED':
      return { ...refused, reason: 'limit' };
    case 'POOL_CLOSED':
      return { ...refused, reason: 'closed' };
    case 'REFUSED':
    case 'NOT_FOUND':
      return { ...refused, reason: 'no_hold' };
    case 'REQUEST_CONFLICT':
      return { status: 'conflict' };
    default:
      return undefined;
  }
}
