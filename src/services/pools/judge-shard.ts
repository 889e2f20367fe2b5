import type { PoolBucket } from '../../domain/pool.ts';
import type { ShardBooks } from '../../ports/pool-books.ts';
import type { GateBucket, GateSnapshot } from '../../ports/pool-gate.ts';

/** A bucket as both stores have it; `gate` is null where Redis has none. */
export interface Pair {
  readonly books: PoolBucket;
  readonly gate: GateBucket | null;
}

export function pairs(books: ShardBooks, snapshot: GateSnapshot): readonly Pair[] {
  const gates = new Map(snapshot.buckets.map((bucket) => [bucket.bucketId, bucket]));
  return books.buckets.map((bucket) => ({ books: bucket, gate: gates.get(bucket.id) ?? null }));
}

/**
 * Whether Redis knows of a later state than the books: then MySQL was restored or failed over to an
 * older one (docs/pools.md, section 10). Only true where the books, closed buckets included, were read
 * after the snapshot, because MySQL moves first in everything compared here.
 * @returns what shows it, in words; null: nothing does
 */
export function signOfRestore(books: ShardBooks, snapshot: GateSnapshot): string | null {
  const { generation, version } = books.progress;
  if (snapshot.generation !== null && snapshot.generation > generation) {
    return `Redis is at generation ${snapshot.generation}, the books are at ${generation}`;
  }
  if (snapshot.ackVersion > version) {
    return `Redis was told of settlement ${snapshot.ackVersion}, the books are at ${version}`;
  }
  // Books whose generation is past that of Redis are about to load it anew, whatever it has.
  return snapshot.generation === generation ? bucketAhead(books, snapshot) : null;
}

function bucketAhead({ buckets }: ShardBooks, snapshot: GateSnapshot): string | null {
  const known = new Map(buckets.map((bucket) => [bucket.id, bucket]));
  for (const gate of snapshot.buckets) {
    const bucket = known.get(gate.bucketId);
    const name = `bucket ${gate.bucketId}`;
    if (bucket === undefined) return `Redis has ${name}, the books have no such bucket`;
    if (gate.epoch > bucket.epoch) {
      return `Redis has epoch ${gate.epoch} of ${name}, the books are at ${bucket.epoch}`;
    }
    if (gate.grantVersion > bucket.grantVersion) {
      return `Redis has grant ${gate.grantVersion} of ${name}, the books are at ${bucket.grantVersion}`;
    }
  }
  return null;
}

/** Buckets of Redis that these books, restored from an older copy, never knew. */
export function strangers({ buckets }: ShardBooks, snapshot: GateSnapshot): readonly GateBucket[] {
  const known = new Set(buckets.map(({ id }) => id));
  return snapshot.buckets.filter(
    ({ bucketId, state }) => !known.has(bucketId) && state !== 'closed',
  );
}

/**
 * Whether Redis may go on as it is, once everything that its stream has is settled (R5 of the protocol).
 * Of a Redis that lost data and has nothing at all, buckets of which nothing is settled yet are not taken
 * for new, because that it ever had them is what it would have lost.
 * @returns what is wrong, in words; null: it may
 */
export function ailment(
  books: ShardBooks,
  snapshot: GateSnapshot,
  { isLossy }: { readonly isLossy: boolean },
): string | null {
  const isEmptied = isLossy && snapshot.createdEpochs.size === 0;
  for (const pair of pairs(books, snapshot)) {
    const name = `bucket ${pair.books.id} (${pair.books.sku})`;
    const isClosed = pair.books.state === 'closed';
    const isFine = !isClosed && !isEmptied && isNew(pair, snapshot);
    const wrong = isClosed ? ailmentOfClosed(pair) : ailmentOf(pair);
    if (wrong !== null && !isFine) return `${name} ${wrong}`;
  }
  const [stranger] = strangers(books, snapshot);
  return stranger === undefined ? null : `bucket ${stranger.bucketId} is in Redis only`;
}

function ailmentOf({ books, gate }: Pair): string | null {
  if (gate?.epoch !== books.epoch) return 'is missing or of another epoch in Redis';
  if (gate.seq !== books.settledSeq) {
    return `is at event ${gate.seq} in Redis, settled up to ${books.settledSeq}`;
  }
  // Where the identity is broken, convergence repairs the sum from what is settled.
  if (gate.isSound && gate.cum !== books.settledCum) {
    return `has ${gate.cum} units gone in Redis, ${books.settledCum} settled`;
  }
  return gate.grantVersion > books.grantVersion ? 'has a grant that MySQL never gave' : null;
}

function ailmentOfClosed({ books, gate }: Pair): string | null {
  if (gate === null || gate.state === 'closed') return null;
  const isComplete = gate.epoch === books.epoch && gate.seq === books.settledSeq;
  return isComplete ? null : 'is closed in the books and not in Redis';
}

/** Made in the books and not yet in Redis, which never had this epoch of it. */
function isNew({ books, gate }: Pair, { createdEpochs }: GateSnapshot): boolean {
  if (books.settledSeq !== 0 || (createdEpochs.get(books.id) ?? 0) >= books.epoch) return false;
  return gate === null || (gate.epoch < books.epoch && gate.avail === 0 && gate.held === 0);
}

/**
 * Buckets of which the stream no longer has the last events, though they are not settled. Needs a
 * snapshot of a shard that is shut and drained, or books read after the snapshot whose watermark covers
 * the last entry that exists.
 */
export function lostTails(books: ShardBooks, snapshot: GateSnapshot): readonly LostTailPair[] {
  return pairs(books, snapshot).flatMap(({ books: bucket, gate }) =>
    gate !== null && gate.epoch === bucket.epoch && gate.seq > bucket.settledSeq
      ? [{ books: bucket, gate }]
      : [],
  );
}

export interface LostTailPair {
  readonly books: PoolBucket;
  readonly gate: GateBucket;
}
