import type { StreamEntry, StreamId } from '../../domain/pool.ts';
import { assert } from '../../lib/assert.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { MissingRange, SettleOutcome, SettleRequest } from '../../ports/pool-books.ts';
import type { PoolGate } from '../../ports/pool-gate.ts';
import type { ShardDependencies } from './dependencies.ts';

/** Where settlement stands; moves with every transaction that settles. */
export interface Position {
  readonly shard: number;
  readonly generation: number;
  readonly version: number;
  readonly watermark: StreamId;
}

/** What was read from the stream, and what Redis said of the last settlement with or before it. */
export interface Batch {
  readonly entries: readonly StreamEntry[];
  readonly ackVersion: number;
  readonly ackToken: string | null;
}

export type BatchOutcome = Exclude<SettleOutcome, { readonly status: 'gap' }>;

/**
 * Settles a batch in one transaction. Where events are missing from it, the records of their requests
 * tell what they were, and it is settled again with them; what has no record either is booked by MySQL
 * under an id of its own ("recovered").
 */
export async function settleBatch(
  { books, gate }: Pick<ShardDependencies, 'books' | 'gate'>,
  { shard, version }: Position,
  batch: Batch,
): Promise<BatchOutcome> {
  await failpoint('settle.after_read');
  const request: SettleRequest = { shard, version, ...batch, found: null };
  const outcome = await books.settle(request);
  if (outcome.status !== 'gap') return outcome;
  const found = await findMissing(gate, shard, outcome.ranges);
  const again = await books.settle({ ...request, found });
  assert(again.status !== 'gap', 'a gap whose records were looked up is settled');
  return again;
}

/** Events by their request records, in the order of the ranges, each by seq. */
async function findMissing(
  gate: PoolGate,
  shard: number,
  ranges: readonly MissingRange[],
): Promise<NonNullable<SettleRequest['found']>> {
  const found = [];
  for (const range of ranges) found.push(...(await gate.findEvents({ shard, ...range })));
  return found;
}
