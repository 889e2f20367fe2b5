import { isUpTo } from '../../domain/pool.ts';
import type { ShardBooks } from '../../ports/pool-books.ts';
import type { GateSnapshot } from '../../ports/pool-gate.ts';
import { bookLostTail } from './book-lost-tail.ts';
import { convergeBucket } from './converge-bucket.ts';
import type { BucketVerdict } from './converge-bucket.ts';
import type { ShardDependencies } from './dependencies.ts';
import { freezeShard } from './freeze-shard.ts';
import { lostTails, pairs, signOfRestore } from './judge-shard.ts';
import type { LostTailPair } from './judge-shard.ts';
import { readShard } from './read-shard.ts';
import { frozenReason } from './settle-shard.ts';
import type { ShardFinding } from './shard-finding.ts';

export interface Convergence {
  readonly status:
    | 'converged'
    /** Redis is shut, or a recovery was requested: `recoverShard` is next. */
    | 'recovery_due'
    /** A recovery went on meanwhile, so nothing can be said; look again. */
    | 'moved'
    | 'frozen';
  /** Of a frozen shard. */
  readonly reason: string | null;
  readonly findings: readonly ShardFinding[];
  /** Buckets created in Redis, grants handed on to it, closed buckets it has forgotten. */
  readonly created: number;
  readonly updated: number;
  readonly dropped: number;
}

export interface ConvergeOptions {
  /** False: it is looked at, and only what Redis has not got yet is handed over. */
  readonly repair: boolean;
  /** Told of a difference before it is mended. */
  readonly onRepair?: ((finding: ShardFinding) => Promise<void>) | undefined;
}

/**
 * Compares a shard's books with Redis while it sells, and hands Redis what it has not got yet: new
 * buckets, top-ups whose command died in between. Differences are findings, never false ones (I10 of the
 * protocol); with `repair` those that can be mended are.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (run it again: it is idempotent)
 */
export async function convergeShard(
  dependencies: ShardDependencies,
  shard: number,
  { repair, onRepair }: ConvergeOptions,
): Promise<Convergence> {
  const { books } = dependencies;
  const before = await books.shard(shard, { includeClosed: false });
  if (before.progress.state === 'frozen') return frozen(frozenReason(before.progress));
  const { snapshot, now } = await readShard(dependencies, shard);
  const restored = signOfRestore(now, snapshot);
  if (restored !== null) {
    return freeze(dependencies, shard, { kind: 'restored', evidence: restored });
  }
  const standing = standingOf(before, now, snapshot);
  if (standing !== 'comparable') return { ...NOTHING, status: standing };

  const verdicts: BucketVerdict[] = [];
  const earlier = new Map(before.buckets.map((bucket) => [bucket.id, bucket]));
  for (const pair of pairs(now, snapshot)) {
    const settledBefore = earlier.get(pair.books.id) ?? null;
    const verdict = await convergeBucket(dependencies, {
      pair,
      before: settledBefore,
      progress: now.progress,
      repair,
      onRepair,
    });
    if (verdict.finding?.kind === 'fork') return freeze(dependencies, shard, verdict.finding);
    verdicts.push(verdict);
  }
  const tails = await lostTailFindings(dependencies, { now, snapshot, repair, onRepair });
  const count = (did: BucketVerdict['did']): number =>
    verdicts.filter((verdict) => verdict.did === did).length;
  const isDue = verdicts.some(({ needsRecovery }) => needsRecovery);
  if (isDue) await books.requestRecovery(shard, now.progress.generation);
  return {
    status: isDue ? 'recovery_due' : 'converged',
    reason: null,
    findings: [...verdicts.flatMap(({ finding }) => finding ?? []), ...tails],
    created: count('created'),
    updated: count('updated'),
    dropped: count('dropped'),
  };
}

const NOTHING = { reason: null, findings: [], created: 0, updated: 0, dropped: 0 };

function frozen(reason: string): Convergence {
  return { ...NOTHING, status: 'frozen', reason };
}

async function freeze(
  dependencies: ShardDependencies,
  shard: number,
  { kind, evidence }: Pick<ShardFinding, 'kind' | 'evidence'>,
): Promise<Convergence> {
  await freezeShard(dependencies, shard, evidence);
  return {
    ...frozen(evidence),
    findings: [{ kind, bucketId: null, evidence, isRepaired: false }],
  };
}

/** Whether what was read can be compared: one generation, the same everywhere, and Redis open. */
function standingOf(
  before: ShardBooks,
  { progress }: ShardBooks,
  snapshot: GateSnapshot,
): 'comparable' | 'recovery_due' | 'moved' | 'frozen' {
  if (progress.state === 'frozen') return 'frozen';
  if (before.progress.generation !== progress.generation) return 'moved';
  const isInOrder = snapshot.isOpen && snapshot.generation === progress.generation;
  return isInOrder && progress.recoverRequest !== progress.generation
    ? 'comparable'
    : 'recovery_due';
}

/**
 * Events that neither the books nor the stream have: all that existed at the snapshot is below a
 * watermark read after it, so what is not settled with it never will be.
 */
async function lostTailFindings(
  dependencies: ShardDependencies,
  {
    now,
    snapshot,
    repair,
    onRepair,
  }: ConvergeOptions & { readonly now: ShardBooks; readonly snapshot: GateSnapshot },
): Promise<readonly ShardFinding[]> {
  const { lastEntryId } = snapshot;
  if (lastEntryId !== null && !isUpTo(lastEntryId, now.progress.watermark)) return [];
  const findings: ShardFinding[] = [];
  for (const pair of lostTails(now, snapshot)) {
    // Every booking moves the version: the next one waits for the next look.
    const isMended = repair && findings.length === 0;
    const found = lostTail(pair);
    if (isMended) await onRepair?.(found);
    const isBooked =
      isMended && (await bookLostTail(dependencies, now.progress, pair)) === 'booked';
    findings.push({ ...found, isRepaired: isBooked });
  }
  return findings;
}

function lostTail({ books: { id, sku, settledSeq }, gate: { seq } }: LostTailPair): ShardFinding {
  const evidence =
    `bucket ${id} (${sku}) made ${seq} events, ` +
    `${settledSeq} are settled and the stream has no more`;
  return { kind: 'lost_tail', bucketId: id, evidence, isRepaired: false };
}
