import { assert } from '../../lib/assert.ts';
import { FLAG, has } from './flags.ts';
import type { History, InvocationColumns, RequestColumns } from './history.ts';

/**
 * The histories of several generators of one plan as one. A request belongs to one generator only,
 * so nothing is added up: rows stand one generator after the other, requests where their numbers say.
 */
export function mergeHistories(parts: readonly History[]): History {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return {
    size: parts.reduce((sum, { size }) => sum + size, 0),
    invocations: mergedInvocations(parts),
    requests: mergedRequests(parts.map(({ requests }) => requests)),
  };
}

function mergedInvocations(parts: readonly History[]): InvocationColumns {
  const join = <T extends Uint8Array | Uint32Array | Float64Array>(
    to: T,
    column: (columns: InvocationColumns) => T,
  ): T => {
    let at = 0;
    for (const { size, invocations } of parts) {
      to.set(column(invocations).subarray(0, size), at);
      at += size;
    }
    return to;
  };
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  return {
    request: join(new Uint32Array(size), ({ request }) => request),
    kind: join(new Uint8Array(size), ({ kind }) => kind),
    action: join(new Uint8Array(size), ({ action }) => action),
    outcome: join(new Uint8Array(size), ({ outcome }) => outcome),
    isReplay: join(new Uint8Array(size), ({ isReplay }) => isReplay),
    intendedMs: join(new Float64Array(size), ({ intendedMs }) => intendedMs),
    startedMs: join(new Float64Array(size), ({ startedMs }) => startedMs),
    answeredMs: join(new Float64Array(size), ({ answeredMs }) => answeredMs),
  };
}

function mergedRequests(parts: readonly RequestColumns[]): RequestColumns {
  const length = Math.max(0, ...parts.map(({ flags }) => flags.length));
  const merged = {
    buyer: new Uint32Array(length),
    product: new Uint32Array(length),
    quantity: new Uint32Array(length),
    flags: new Uint32Array(length),
  };
  for (const { buyer, product, quantity, flags } of parts) {
    flags.forEach((own, request) => {
      if (!has(own, FLAG.sent)) return;
      assert(merged.flags[request] === 0, 'a request belongs to one generator');
      merged.buyer[request] = buyer[request] ?? 0;
      merged.product[request] = product[request] ?? 0;
      merged.quantity[request] = quantity[request] ?? 0;
      merged.flags[request] = own;
    });
  }
  return merged;
}
