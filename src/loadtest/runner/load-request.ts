import type { LoadAction, LoadRequest } from '../../ports/load-target.ts';
import type { History } from '../history/history.ts';
import type { LoadIds } from '../workload/ids.ts';

/** A request as the system under test gets it, with the content that the history has of it. */
export function loadRequestOf(
  { history, ids, holdMs }: RequestSource,
  start: { readonly request: number; readonly action: LoadAction; readonly isFresh: boolean },
): LoadRequest {
  const { request, action, isFresh } = start;
  const { buyer, product, quantity } = history.requests;
  return {
    action,
    requestId: ids.request(request),
    isFresh,
    buyer: ids.buyer(buyer[request] ?? 0),
    product: product[request] ?? 0,
    quantity: quantity[request] ?? 0,
    holdMs,
  };
}

interface RequestSource {
  readonly history: History;
  readonly ids: LoadIds;
  readonly holdMs: number;
}
