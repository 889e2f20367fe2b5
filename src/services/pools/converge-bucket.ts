import type { PoolBucket } from '../../domain/pool.ts';
import type { ShardProgress } from '../../ports/pool-books.ts';
import type { GateBucket } from '../../ports/pool-gate.ts';
import type { ShardDependencies } from './dependencies.ts';
import type { Pair } from './judge-shard.ts';
import type { ShardFinding } from './shard-finding.ts';

export interface BucketVerdict {
  readonly did: 'nothing' | 'created' | 'updated' | 'dropped';
  readonly finding: ShardFinding | null;
  readonly needsRecovery: boolean;
}

export interface BucketCase {
  readonly pair: Pair;
  /** The same bucket in the books read before Redis; null: it was not there, or closed. */
  readonly before: PoolBucket | null;
  readonly progress: ShardProgress;
  readonly repair: boolean;
  /** Told of a difference before it is mended. */
  readonly onRepair?: ((finding: ShardFinding) => Promise<void>) | undefined;
}

const FINE: BucketVerdict = { did: 'nothing', finding: null, needsRecovery: false };

/** One bucket of `convergeShard`, in the order of docs/pools.md, section 7. */
export async function convergeBucket(
  dependencies: ShardDependencies,
  { pair, before, progress, repair, onRepair }: BucketCase,
): Promise<BucketVerdict> {
  const { books, gate } = pair;
  if (books.state === 'closed') return forget(dependencies, { pair, progress });
  if (gate === null || gate.epoch < books.epoch) {
    // Reopened or rebuilt while we looked: the next look knows more.
    const isSettled = before === null || before.epoch === books.epoch;
    return isSettled ? handOver(dependencies, { books, progress }) : FINE;
  }
  if (gate.grantVersion < books.grantVersion) {
    return handOver(dependencies, { books, progress });
  }
  const name = `bucket ${books.id} (${books.sku})`;
  if (gate.delegated !== books.delegated) {
    const evidence = `${name} has ${gate.delegated} units delegated in Redis, ${books.delegated} in the books, by the same grant ${books.grantVersion}`;
    return { ...FINE, finding: finding('fork', books, evidence) };
  }
  if (!gate.isSound) {
    return mend(dependencies, { pair: { books, gate }, progress, repair, onRepair });
  }
  if (before?.epoch === books.epoch && before.settledSeq > gate.seq) {
    const evidence = `${name} is at event ${gate.seq} in Redis, ${before.settledSeq} were settled before`;
    return { ...FINE, finding: finding('rollback', books, evidence), needsRecovery: true };
  }
  if (gate.seq === books.settledSeq && gate.cum !== books.settledCum) {
    const evidence = `${name} has ${gate.cum} units gone in Redis, ${books.settledCum} in the books, after the same ${gate.seq} events`;
    return { ...FINE, finding: finding('cum', books, evidence), needsRecovery: repair };
  }
  return FINE;
}

/** Redis forgets a bucket that is closed in the books; another epoch of it is a matter for recovery. */
async function forget(
  { gate }: ShardDependencies,
  { pair, progress }: Pick<BucketCase, 'pair' | 'progress'>,
): Promise<BucketVerdict> {
  if (pair.gate === null || pair.gate.state === 'closed') return FINE;
  const answer = await gate.drop(progress.generation, pair.books);
  if (answer === 'epoch') return { ...FINE, needsRecovery: true };
  return answer === 'ok' ? { ...FINE, did: 'dropped' } : FINE;
}

/** Gives Redis the bucket as the books have it. */
async function handOver(
  { gate }: ShardDependencies,
  { books, progress }: { readonly books: PoolBucket; readonly progress: ShardProgress },
): Promise<BucketVerdict> {
  const answer = await gate.converge(progress.generation, books, progress.lossLimit);
  switch (answer.status) {
    case 'created':
      return { ...FINE, did: 'created' };
    case 'ok':
      return { ...FINE, did: 'updated' };
    case 'missing':
    case 'epoch':
      return { ...FINE, needsRecovery: true };
    case 'fork':
      return { ...FINE, finding: finding('fork', books, forkEvidence(books)) };
    case 'stale':
    case 'retry':
    case 'fenced':
      return FINE;
  }
}

/** Counters that contradict each other are derived anew from the holds, the stream and the books. */
async function mend(
  { gate }: ShardDependencies,
  {
    pair,
    progress,
    repair,
    onRepair,
  }: Pick<BucketCase, 'progress' | 'repair' | 'onRepair'> & {
    readonly pair: { readonly books: PoolBucket; readonly gate: GateBucket };
  },
): Promise<BucketVerdict> {
  const { books } = pair;
  const { avail, held, cum, delegated } = pair.gate;
  const evidence = `bucket ${books.id} (${books.sku}) has ${avail} available, ${held} held and ${cum} gone, of ${delegated} delegated`;
  const found = finding('identity', books, evidence);
  if (!repair) return { ...FINE, finding: found };
  await onRepair?.(found);
  const answer = await gate.converge(progress.generation, books, progress.lossLimit);
  if (answer.status !== 'ok') return { ...FINE, finding: found };
  const mended = `${evidence}; ${inWords(answer.repaired)}`;
  return { ...FINE, did: 'updated', finding: { ...found, evidence: mended, isRepaired: true } };
}

/** @param repaired units that had to be added to what is available */
function inWords(repaired: number): string {
  if (repaired === 0) return 'the sums were derived anew, and no unit was missing or too many';
  return `${Math.abs(repaired)} units were ${repaired < 0 ? 'too many' : 'missing'}`;
}

function finding(kind: ShardFinding['kind'], { id }: PoolBucket, evidence: string): ShardFinding {
  return { kind, bucketId: id, evidence, isRepaired: false };
}

function forkEvidence({ id, sku, delegated, grantVersion }: PoolBucket): string {
  return `bucket ${id} (${sku}) has other units delegated in Redis than ${delegated}, by the same grant ${grantVersion}`;
}
