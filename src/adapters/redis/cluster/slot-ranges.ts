import type { NodeAddress } from './moved.ts';

/** Slots in a row, and who has them. */
export interface SlotRange<Node> {
  readonly first: number;
  readonly last: number;
  readonly master: Node;
  readonly replicas: readonly Node[];
}

/**
 * Reads the answer to CLUSTER SLOTS; what is not as expected is left out.
 * Source: https://redis.io/docs/latest/commands/cluster-slots/
 */
export function parseSlotRanges(reply: unknown): readonly SlotRange<NodeAddress>[] {
  return listOf(reply).flatMap((entry) => {
    const [first, last, ...nodes] = listOf(entry);
    const [master, ...replicas] = nodes.flatMap(addressOf);
    if (typeof first !== 'number' || typeof last !== 'number' || master === undefined) return [];
    return [{ first, last, master, replicas }];
  });
}

/** A host of null is the one that was asked; "?" is a name that nobody has told the cluster. */
function addressOf(node: unknown): readonly NodeAddress[] {
  const [host, port] = listOf(node);
  if (typeof port !== 'number' || host === '?') return [];
  return [{ host: typeof host === 'string' ? host : '', port }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
