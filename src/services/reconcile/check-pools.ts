import { checksOf } from '../../domain/reconcile/checks.ts';
import type { CheckId } from '../../domain/reconcile/checks.ts';
import { about, mayBeMore } from '../../domain/reconcile/finding.ts';
import type { Finding, Unchecked } from '../../domain/reconcile/finding.ts';
import { InvError } from '../../lib/errors.ts';
import type { ParkedEvent } from '../../ports/parked-event.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { readShard } from '../pools/read-shard.ts';
import { checkNumbering } from './check-numbering.ts';
import { findDoubtful } from './find-doubtful.ts';
import type { FirstLook } from './find-doubtful.ts';
import { checkSettlement } from './check-settlement.ts';
import type { CheckReport } from './check-report.ts';
import { judgeBuckets, judgeStanding, standingOf } from './judge-shard-books.ts';
import type { ShardReading } from './judge-shard-books.ts';

export interface PoolCheck {
  /** null = all. */
  readonly productIds: readonly number[] | null;
  /** Age at which what is sold and not settled is stale, in milliseconds. */
  readonly lateMs: number;
}

/** Parked events that are told one by one. */
const PARKED_MAX = 1_000;
/** Readings of a shard that moved meanwhile, and the pause between them. */
const ATTEMPTS_MAX = 5;
const PAUSE_MS = 200;

type Pools = Pick<PoolDependencies, 'books' | 'gate' | 'clock'>;

/**
 * Compares the books of every shard with Redis while it sells. What is in flight is no difference: see
 * `judgeShardBooks`. A shard that is shut or away cannot be compared, and that is said.
 * @throws InvError STORE_UNAVAILABLE (MySQL)
 */
export async function checkPools(pools: Pools, check: PoolCheck): Promise<CheckReport> {
  const findings: Finding[] = [];
  const unchecked: Unchecked[] = [];
  let buckets = 0;
  for (let shard = 0; shard < pools.gate.shards; shard += 1) {
    const seen = await lookAtShard(pools, shard, check);
    findings.push(...seen.findings);
    unchecked.push(...seen.unchecked);
    buckets += seen.buckets;
  }
  const parked = await parkedFindings(pools, check);
  findings.push(...parked);
  if (parked.length === PARKED_MAX) {
    unchecked.push(mayBeMore(['pools.parked'], { max: PARKED_MAX, names: 'parked events' }));
  }
  return {
    findings: findings.filter(({ productId }) => isAsked(check, productId)),
    unchecked,
    checked: { shards: pools.gate.shards, buckets },
  };
}

/** Of a product that was not asked for, nothing is said; of a whole shard, always. */
function isAsked({ productIds }: PoolCheck, productId: number | null): boolean {
  return productIds === null || productId === null || productIds.includes(productId);
}

interface Seen {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  readonly buckets: number;
}

/** One shard: what differs, and what cannot be compared. */
export async function lookAtShard(pools: Pools, shard: number, check: PoolCheck): Promise<Seen> {
  const first = await unlessAway(shard, () => findDoubtful(pools, shard));
  if ('because' in first) return { findings: [], unchecked: [first], buckets: 0 };
  const { doubtful, buckets, isInOrder } = first;
  if (isInOrder && doubtful.size === 0) {
    const findings = await checkSettlement(pools, first.reading, check.lateMs);
    return { findings, unchecked: [], buckets };
  }
  const reading = await unlessAway(shard, () => readStable(pools, shard, first));
  if ('because' in reading) return { findings: [], unchecked: [reading], buckets: 0 };
  switch (standingOf(reading, buckets)) {
    case 'unused':
      return { findings: [], unchecked: [], buckets: 0 };
    case 'comparable': {
      const stale = await checkSettlement(pools, reading, check.lateMs);
      const holes = await checkNumbering(pools, reading);
      const findings = [...judgeBuckets(reading), ...holes, ...stale];
      return { findings, unchecked: [], buckets };
    }
    case 'frozen':
    case 'ahead':
      return { findings: judgeStanding(reading), unchecked: [], buckets: 0 };
    case 'shut': {
      const reason = shutReason(shard);
      const unchecked: Unchecked = { checks: COMPARED, reason, because: 'store' };
      return { findings: [shutShard(shard)], unchecked: [unchecked], buckets: 0 };
    }
    case 'moved': {
      const reason = `shard ${shard} is being recovered: run inv reconcile again`;
      return {
        findings: [],
        unchecked: [{ checks: COMPARED, reason, because: 'moving' }],
        buckets: 0,
      };
    }
  }
}

function shutReason(shard: number): string {
  return (
    `shard ${shard} is shut: Redis was restarted or has lost data, and sells nothing until it is ` +
    `compared with the books; a worker does that, or: inv worker recover --shard ${shard}`
  );
}

/** No difference yet: recovery finds out what there is, and says what may be lost. */
export function shutShard(shard: number): Finding {
  return {
    ...about(`shard ${shard}`),
    check: 'pools.recovery',
    severity: 'notice',
    expected: null,
    actual: null,
    evidence: `shard ${shard} is shut: Redis was restarted or has lost data`,
    remedy: { kind: 'recover', shard },
  };
}

const COMPARED: readonly CheckId[] = checksOf(['pools', 'holds']);

/** @returns why not, where Redis is away */
async function unlessAway<T>(shard: number, read: () => Promise<T>): Promise<T | Unchecked> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InvError) || error.facts['store'] === 'mysql') throw error;
    const reason = `shard ${shard}: ${error.message}`;
    return { checks: COMPARED, reason, because: 'store' };
  }
}

/** Books, Redis, books; a recovery that goes on meanwhile is waited for, a bounded number of times. */
async function readStable(
  pools: Pools,
  shard: number,
  { doubtful: only, buckets }: FirstLook,
): Promise<ShardReading> {
  const { books, clock } = pools;
  for (let attempt = 1; ; attempt += 1) {
    const before = await books.shard(shard, { includeClosed: false, only });
    const reading = { before, ...(await readShard(pools, shard, only)) };
    const standing = standingOf(reading, buckets);
    const isSettled = standing !== 'moved' && standing !== 'shut';
    if (isSettled || attempt === ATTEMPTS_MAX) return reading;
    await clock.sleep(PAUSE_MS);
  }
}

async function parkedFindings({ books }: Pools, check: PoolCheck): Promise<readonly Finding[]> {
  const events = await books.parked({ includeResolved: false, limit: PARKED_MAX });
  if (events.length === 0) return [];
  const buckets = await books.buckets({ includeClosed: true });
  const products = new Map(buckets.map(({ id, productId }) => [id, productId]));
  return events
    .map((event) => parked(event, products.get(event.bucketId ?? 0) ?? null))
    .filter(({ productId }) => check.productIds === null || productId !== null);
}

function parked(
  { id, shard, reason, kind, units }: ParkedEvent,
  productId: number | null,
): Finding {
  const isOversold = kind === 'oversold';
  return {
    ...about(`parked event ${id}`),
    productId,
    check: 'pools.parked',
    severity: isOversold ? 'violation' : 'drift',
    expected: isOversold ? 0 : null,
    actual: isOversold ? units : null,
    evidence: `event ${id} of shard ${shard} is parked: ${reason}`,
    remedy: {
      kind: 'person',
      command: isOversold
        ? `inv worker parked retry ${id}, when the units are in stock`
        : 'inv worker parked list',
    },
  };
}
