import { about, mayBeMore } from '../../domain/reconcile/finding.ts';
import type { Finding, Unchecked } from '../../domain/reconcile/finding.ts';
import { InvError } from '../../lib/errors.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import type { CheckReport } from './check-report.ts';

export interface HoldCheck {
  /** null = all. */
  readonly productIds: readonly number[] | null;
  /** How long after its deadline a hold is overdue, in milliseconds. */
  readonly lateMs: number;
}

type Pools = Pick<PoolDependencies, 'books' | 'gate'>;

/** Holds of one shard that are told one by one. */
const HOLDS_MAX = 1_000;

/** Holds whose time is long over: their units wait for nobody. */
export async function checkHolds(pools: Pools, check: HoldCheck): Promise<CheckReport> {
  const { productIds, lateMs } = check;
  const findings: Finding[] = [];
  const unchecked: Unchecked[] = [];
  for (let shard = 0; shard < pools.gate.shards; shard += 1) {
    try {
      const overdue = await overdueInShard(pools, shard, lateMs);
      findings.push(...overdue);
      if (overdue.length === HOLDS_MAX) {
        unchecked.push(mayBeMore(['holds.overdue'], { max: HOLDS_MAX, names: 'overdue holds' }));
      }
    } catch (error) {
      if (!(error instanceof InvError) || error.facts['store'] === 'mysql') throw error;
      const reason = `shard ${shard}: ${error.message}`;
      unchecked.push({ checks: ['holds.overdue'], reason, because: 'store' });
    }
  }
  const asked = findings.filter(
    ({ productId }) => productIds === null || productIds.includes(productId ?? 0),
  );
  return { findings: asked, unchecked, checked: {} };
}

export async function overdueInShard(
  { books, gate }: Pools,
  shard: number,
  lateMs: number,
): Promise<readonly Finding[]> {
  const holds = await gate.overdueHolds(shard, lateMs, HOLDS_MAX);
  if (holds.length === 0) return [];
  const buckets = await books.buckets({ includeClosed: true });
  const known = new Map(buckets.map((bucket) => [bucket.id, bucket]));
  return holds.map(({ bucketId, requestId }) => overdue(shard, requestId, known.get(bucketId)));
}

function overdue(
  shard: number,
  requestId: string,
  bucket:
    | {
        readonly sku: string;
        readonly location: string;
        readonly productId: number;
        readonly locationId: number;
      }
    | undefined,
): Finding {
  const place = bucket === undefined ? '' : ` of ${bucket.sku} at ${bucket.location}`;
  const { sku = null, location = null, productId = null, locationId = null } = bucket ?? {};
  return {
    ...about(`hold ${requestId}`),
    ...{ sku, location, productId, locationId },
    check: 'holds.overdue',
    severity: 'drift',
    expected: null,
    actual: null,
    evidence: `hold ${requestId}${place} is over, and nobody has given it back`,
    remedy: { kind: 'expire', shard },
  };
}
