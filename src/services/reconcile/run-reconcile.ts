import type { Finding, Unchecked } from '../../domain/reconcile/finding.ts';
import { isOpen, statusOf } from '../../domain/reconcile/verdict.ts';
import type { JudgedFinding, Status } from '../../domain/reconcile/verdict.ts';
import type { Scope } from '../../domain/reconcile/checks.ts';
import { failpoint } from '../../lib/failpoint.ts';
import { InvError } from '../../lib/errors.ts';
import type { NumberedFinding, RunMode } from '../../ports/reconcile-books.ts';
import { requireProduct } from '../stock/require.ts';
import { checkEverything } from './check-everything.ts';
import { FINDINGS_MAX } from './check-report.ts';
import type { OnProgress } from './check-report.ts';
import type { ReconcileDependencies } from './dependencies.ts';

export interface ReconcileRequest {
  readonly mode: RunMode;
  readonly scopes: readonly Scope[];
  /** SKUs or barcodes; null = everything. */
  readonly products: readonly string[] | null;
  /** From the first movement on, whatever is sealed. */
  readonly isFull: boolean;
  /** How long to wait for another run to end. */
  readonly waitMs: number;
  /** False: nothing is written, not even that it ran. */
  readonly isRecorded: boolean;
  readonly onProgress: OnProgress;
}

export interface ReportedFinding extends JudgedFinding, NumberedFinding {}

export interface ReconcileResult {
  readonly runId: string;
  readonly status: Status;
  readonly checked: Readonly<Record<string, number>>;
  readonly findings: readonly ReportedFinding[];
  readonly unchecked: readonly Unchecked[];
  readonly durationMs: number;
}

/** The lock of which one run at a time has hold. */
const LOCK = 'reconcile';

/**
 * Compares everything that is asked for, and keeps what it found. One run at a time: two would seal and
 * mend the same twice.
 * @throws InvError BUSY when another run does not end in time, NOT_FOUND (product), STORE_UNAVAILABLE
 */
export async function runReconcile(
  dependencies: ReconcileDependencies,
  request: ReconcileRequest,
): Promise<ReconcileResult> {
  const { locks, catalogue } = dependencies;
  const productIds = request.products === null ? null : await idsOf(catalogue, request.products);
  const lock = await locks.take(LOCK, { waitMs: request.waitMs });
  if (lock === null) {
    throw new InvError('BUSY', 'another reconciliation is running', {
      hint: 'run it again later, or let it wait: inv reconcile --wait 5m',
    });
  }
  try {
    return await runOnce(dependencies, request, productIds);
  } finally {
    await lock.release();
  }
}

async function idsOf(
  catalogue: ReconcileDependencies['catalogue'],
  products: readonly string[],
): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const text of products) ids.push((await requireProduct(catalogue, text)).id);
  return [...new Set(ids)];
}

async function runOnce(
  dependencies: ReconcileDependencies,
  request: ReconcileRequest,
  productIds: readonly number[] | null,
): Promise<ReconcileResult> {
  const { books, clock, origin, newId } = dependencies;
  const { mode, scopes, products, isRecorded } = request;
  const startedAtMs = clock.monotonic();
  const runId = newId();
  if (isRecorded) await books.startRun({ runId, mode, scopes, skus: products, origin });
  await failpoint('reconcile.started');
  const report = await checkEverything(dependencies, { ...request, productIds });
  const findings = report.findings.slice(0, FINDINGS_MAX).map(reported);
  if (isRecorded) await books.addFindings(runId, findings);
  await failpoint('reconcile.checked');
  const { unchecked, checked } = report;
  const status = statusOf(findings, unchecked);
  if (isRecorded) {
    const count = (isCounted: (finding: ReportedFinding) => boolean): number =>
      findings.filter(isCounted).length;
    await books.endRun({
      runId,
      status,
      checked,
      findings: count(({ finding }) => finding.severity !== 'notice'),
      violations: count((one) => isOpen(one) && one.finding.severity === 'violation'),
      repaired: count(({ outcome }) => outcome === 'repaired'),
      inconclusive: unchecked.length,
    });
  }
  const durationMs = Math.round(clock.monotonic() - startedAtMs);
  return { runId, status, checked, findings, unchecked, durationMs };
}

function reported(finding: Finding, index: number): ReportedFinding {
  return { number: index + 1, finding, outcome: 'open' };
}
