import type { PoolBucket } from '../../domain/pool.ts';
import { about } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import { statusOf } from '../../domain/reconcile/verdict.ts';
import type { RecoverOutcome } from '../pools/recover-outcome.ts';
import type { ShardFinding } from '../pools/shard-finding.ts';
import { bucketHead } from './bucket-head.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { lostSales } from './lost-sales.ts';
import { CONVERGED, openedText } from './repair-words.ts';
import { requestIdOf } from './request-id.ts';
import { reported } from './reported-finding.ts';
import type { ReportedFinding } from './reported-finding.ts';
import { countsOf } from './run-reconcile.ts';
import { shutShard } from './check-pools.ts';

/** What a worker has done by itself with a shard: it does that at once, and it is kept afterwards. */
export type WorkerRepair =
  | { readonly kind: 'mended'; readonly shard: number; readonly findings: readonly ShardFinding[] }
  | {
      readonly kind: 'opened';
      readonly shard: number;
      readonly outcome: Extract<RecoverOutcome, { readonly status: 'adopted' | 'rebuilt' }>;
    };

interface Made {
  readonly finding: Finding;
  /** null: nothing was, it is only told. */
  readonly receipt: { readonly before: string; readonly after: string } | null;
}

/**
 * Keeps what a worker has mended as a run of its own, with its receipts. A first opening, before there was
 * any pool, is none.
 * @throws InvError STORE_UNAVAILABLE
 */
export async function keepWorkerRepair(
  dependencies: ReconcileDependencies,
  repair: WorkerRepair,
): Promise<void> {
  const { books, origin, newId } = dependencies;
  if (!(await books.hasPools())) return;
  const { books: pools } = await dependencies.pools();
  const made = madeOf(repair, await pools.buckets({ includeClosed: true }));
  if (made.length === 0) return;
  const runId = newId();
  const skus = [...new Set(made.flatMap(({ finding }) => finding.sku ?? []))];
  const start = { runId, mode: 'fix', planRunId: null, scopes: ['pools'] } as const;
  await books.startRun({ ...start, skus: skus.length === 0 ? null : skus, origin });
  const findings: ReportedFinding[] = [];
  await books.addFindings(
    runId,
    made.map(({ finding }, index) => reported(finding, index)),
  );
  for (const [index, { finding, receipt }] of made.entries()) {
    const one = reported(finding, index);
    if (receipt === null) {
      findings.push(one);
      continue;
    }
    const requestId = requestIdOf(runId, one);
    const given = { runId, foundBy: runId, requestId, number: one.number, finding, origin };
    await books.recordRepair(given, { status: 'repaired', ...receipt });
    findings.push({ ...one, outcome: 'repaired', receipt: { runId, requestId, ...receipt } });
  }
  const status = statusOf(findings, []);
  const looked = { checked: {}, unchecked: [], answered: [] };
  await books.endRun({ runId, status, ...looked, ...countsOf(findings) });
}

function madeOf(repair: WorkerRepair, buckets: readonly PoolBucket[]): readonly Made[] {
  if (repair.kind === 'mended') {
    return repair.findings.map((finding) => mended(repair.shard, finding, buckets));
  }
  const { shard, outcome } = repair;
  const receipt = { before: 'shut', after: openedText(outcome) };
  const lost = lostSales(outcome.buckets, buckets);
  return [
    { finding: shutShard(shard), receipt },
    ...lost.map((finding) => ({ finding, receipt: null })),
  ];
}

function mended(
  shard: number,
  { kind, bucketId, evidence }: ShardFinding,
  buckets: readonly PoolBucket[],
): Made {
  const bucket = buckets.find(({ id }) => id === bucketId);
  const check = kind === 'lost_tail' ? 'pools.lost_tail' : 'pools.identity';
  const finding: Finding = {
    ...(bucket === undefined ? about(`shard ${shard}`) : bucketHead(bucket)),
    ...{ check, severity: 'drift', expected: null, actual: null, evidence },
    remedy: { kind: 'converge', shard },
  };
  return { finding, receipt: { before: evidence, after: CONVERGED[check] ?? '' } };
}
