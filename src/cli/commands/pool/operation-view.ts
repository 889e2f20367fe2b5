import type { JsonObject } from '../../../lib/json.ts';
import type { PoolOperation } from '../../../ports/pool-commands.ts';
import { momentText } from '../stock/history-view.ts';

export function operationDocument(operation: PoolOperation): JsonObject {
  return {
    request_id: operation.requestId,
    kind: operation.kind,
    quantity: operation.quantity,
    actor: operation.actor,
    reason: operation.reason,
    done_at: operation.doneAt,
  };
}

/** `2026-11-27 09:00:00  opened with 500 by ann: Black Friday` */
export function operationLine({ kind, quantity, actor, reason, doneAt }: PoolOperation): string {
  const did = {
    open: `opened with ${String(quantity)}`,
    top_up: `topped up by ${String(quantity)}`,
    close: 'closed',
    release: `${String(quantity)} released`,
    rebuild:
      quantity === 0
        ? 'loaded into Redis anew'
        : `loaded into Redis anew (up to ${String(quantity)} sold units may be lost)`,
    adopt: `Redis opened again as it was (up to ${String(quantity)} sold units may be lost)`,
  }[kind];
  const why = reason === null ? '' : `: ${reason}`;
  return `  ${momentText(doneAt)}  ${did} by ${actor}${why}`;
}
