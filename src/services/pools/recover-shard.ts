import { outstanding } from '../../domain/pool.ts';
import { backoffMs } from '../../lib/backoff.ts';
import { failpoint } from '../../lib/failpoint.ts';
import { InvError } from '../../lib/errors.ts';
import type { ShardBooks } from '../../ports/pool-books.ts';
import type { GateSnapshot } from '../../ports/pool-gate.ts';
import { bookLostTail } from './book-lost-tail.ts';
import type { ShardDependencies } from './dependencies.ts';
import { freezeShard, shutFrozen } from './freeze-shard.ts';
import { ailment, lostTails, signOfRestore } from './judge-shard.ts';
import { readShard } from './read-shard.ts';
import { rebuildShard } from './rebuild-shard.ts';
import type { RecoveredBucket, RecoverOutcome } from './recover-outcome.ts';
import { frozenReason, settleShard } from './settle-shard.ts';

/** One attempt can be overtaken by another coordinator, and that by a third. */
const ATTEMPTS_MAX = 8;
const BETWEEN_ATTEMPTS = { baseMs: 20, factor: 2, maxMs: 1000 };

/** A coordinator that was stopped in the middle keeps its lock: wait for it, but not for ever. */
const LOCK_WAIT_MS = 3000;

/**
 * Opens a shard of Redis again after a restart, a failover or damage: RECOVER of docs/pools.md, steps R0
 * to R5. Any number of processes may do it at once, because Redis accepts the steps of the latest
 * generation only; a refusal, a lost race or an unknown answer begins anew, a bounded number of times.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (the shard stays shut; ask again)
 */
export async function recoverShard(
  dependencies: ShardDependencies,
  shard: number,
  { onDue }: RecoverOptions = {},
): Promise<RecoverOutcome> {
  if ((await isDue(dependencies, shard)) === 'not_due') return { status: 'not_due' };
  const lock = await dependencies.locks.take(`recover:${shard}`, { waitMs: LOCK_WAIT_MS });
  try {
    return await attempts(dependencies, shard, { onDue });
  } finally {
    await lock?.release();
  }
}

export interface RecoverOptions {
  /** Told before each attempt, once it is certain that one is needed. */
  readonly onDue?: (() => Promise<void>) | undefined;
}

async function attempts(
  dependencies: ShardDependencies,
  shard: number,
  { onDue }: RecoverOptions,
): Promise<RecoverOutcome> {
  const { clock } = dependencies;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const due = await isDue(dependencies, shard);
    if (due !== 'due') return due === 'not_due' ? { status: 'not_due' } : due;
    await onDue?.();
    const outcome = await onceAgainIfUnknown(() => recoverOnce(dependencies, shard));
    if (outcome !== 'again') return outcome;
    await clock.sleep(backoffMs(attempt, clock.random(), BETWEEN_ATTEMPTS));
  }
  return { status: 'busy' };
}

/** R0, decided after the lock: Redis first, so that books behind it are a sign of a restore. */
async function isDue(
  { books, gate }: ShardDependencies,
  shard: number,
): Promise<'due' | 'not_due' | Extract<RecoverOutcome, { readonly status: 'frozen' }>> {
  const { snapshot, now } = await readShard({ books, gate }, shard);
  const { progress } = now;
  if (progress.state === 'frozen') {
    await shutFrozen({ gate }, shard);
    return { status: 'frozen', reason: frozenReason(progress) };
  }
  const restored = signOfRestore(now, snapshot);
  if (restored !== null) {
    await freezeShard({ books, gate }, shard, restored);
    return { status: 'frozen', reason: restored };
  }
  const isInOrder = snapshot.isOpen && snapshot.generation === progress.generation;
  return isInOrder && progress.recoverRequest !== progress.generation ? 'not_due' : 'due';
}

/** After an unknown answer the step may have been done or not: the next attempt's generation decides. */
async function onceAgainIfUnknown<T>(work: () => Promise<T>): Promise<T | 'again'> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvError && error.code === 'OUTCOME_UNKNOWN') return 'again';
    throw error;
  }
}

/** R1 to R5 with one generation. */
async function recoverOnce(
  dependencies: ShardDependencies,
  shard: number,
): Promise<RecoverOutcome | 'again'> {
  const { books, gate, newId } = dependencies;
  const generation = await books.beginRecovery(shard);
  if (generation === null) return 'again';
  const token = newId();
  const begun = await gate.begin(shard, generation, token);
  if (begun.status === 'lost') return 'again';
  await failpoint('recover.after_begin');
  const drained = await drain(dependencies, shard, generation);
  if (drained !== 'drained') return drained;
  const now = await books.shard(shard, { includeClosed: true });
  const snapshot = await gate.snapshot(shard);
  if (!isStill(generation, now, snapshot)) return 'again';
  if (await bookTails(dependencies, now, snapshot)) return 'again';
  // A shard that was never open before has nothing to lose, whatever its Redis was before.
  const isLossy = begun.lossy && generation > 1;
  const wrong = ailment(now, snapshot, { isLossy });
  const isBounded = now.progress.lossLimit !== null && isLossy;
  const { run: redisRun, keepsAcknowledged } = await gate.process(shard);
  if (wrong === null && !isBounded) {
    const isAnother = redisRun === null || redisRun !== now.progress.redisRun;
    const mayHaveLost = isLossy && isAnother && !keepsAcknowledged;
    return adopt(dependencies, { generation, token, now, snapshot, redisRun, mayHaveLost });
  }
  const reason = wrong ?? 'Redis restarted, and may have lost up to its loss limit';
  const rebuild = { now, snapshot, generation, token, redisRun, lossy: isLossy, reason };
  const rebuilt = await rebuildShard(dependencies, rebuild);
  if (rebuilt === 'again') return 'again';
  return { status: 'rebuilt', lossy: isLossy, reason, buckets: rebuilt };
}

/** R3: settles what the stream has. An event below the settled position ends it too: Redis went back. */
async function drain(
  dependencies: ShardDependencies,
  shard: number,
  generation: number,
): Promise<'drained' | 'again' | Extract<RecoverOutcome, { readonly status: 'frozen' }>> {
  for (;;) {
    const end = await settleShard(dependencies, shard);
    if (end.status === 'frozen') return end;
    if (end.position.generation !== generation) return 'again';
    if (end.status === 'idle' || end.status === 'regress') return 'drained';
    // Overtaken by a worker that settles the same stream: fine, look again.
  }
}

function isStill(generation: number, { progress }: ShardBooks, snapshot: GateSnapshot): boolean {
  const isOurs = progress.generation === generation && progress.state === 'ready';
  return isOurs && snapshot.generation === generation && !snapshot.isOpen;
}

/** R4: what the end of the stream lost. @returns whether there was any; then everything is looked at again */
async function bookTails(
  dependencies: ShardDependencies,
  now: ShardBooks,
  snapshot: GateSnapshot,
): Promise<boolean> {
  const [first] = lostTails(now, snapshot);
  if (first === undefined) return false;
  await bookLostTail(dependencies, now.progress, first);
  return true;
}

interface Adoption {
  readonly generation: number;
  readonly token: string;
  readonly now: ShardBooks;
  readonly snapshot: GateSnapshot;
  readonly redisRun: string | null;
  readonly mayHaveLost: boolean;
}

/** A Redis that is older than it was has all that is settled; what it sold after that it does not know. */
async function adopt(
  { books, gate }: ShardDependencies,
  { generation, token, now, snapshot, redisRun, mayHaveLost }: Adoption,
): Promise<RecoverOutcome | 'again'> {
  const { shard } = now.progress;
  const { lastGeneratedId } = snapshot;
  const position = { lastGeneratedId, redisRun, mayHaveLost };
  if (!(await books.adoptPosition(shard, generation, position))) return 'again';
  if ((await gate.adopt(shard, generation, token)) !== 'ok') return 'again';
  // Not before: whoever overtakes this recovery has to tell of the loss as well.
  await books.noteOpened(shard, generation, redisRun);
  return { status: 'adopted', buckets: mayHaveLost ? lossesOf(now) : [] };
}

function lossesOf({ buckets }: ShardBooks): readonly RecoveredBucket[] {
  return buckets
    .filter((bucket) => bucket.state !== 'closed' && outstanding(bucket) > 0)
    .map((bucket) => ({
      bucketId: bucket.id,
      sku: bucket.sku,
      location: bucket.location,
      epoch: bucket.epoch,
      delegated: bucket.delegated,
      lostMax: outstanding(bucket),
      quarantined: 0,
    }));
}
