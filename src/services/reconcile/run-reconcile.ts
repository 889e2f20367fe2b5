import type { Scope } from '../../domain/reconcile/checks.ts';
import type { Unchecked } from '../../domain/reconcile/finding.ts';
import { isMadeBefore } from '../../domain/reconcile/plan-rows.ts';
import { isMore, isNotice, isOpen, statusOf } from '../../domain/reconcile/verdict.ts';
import type { Status } from '../../domain/reconcile/verdict.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { AskedCheck } from '../../ports/check-requests.ts';
import type { RunEnd, RunMode } from '../../ports/reconcile-books.ts';
import type { Receipt } from '../../ports/repairs.ts';
import { requireProduct } from '../stock/require.ts';
import { capFindings } from './cap-findings.ts';
import { checkEverything } from './check-everything.ts';
import type { CheckReport, OnProgress } from './check-report.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { finishCutOff } from './finish-cut-off.ts';
import { recordRevealed } from './record-revealed.ts';
import { repairFindings } from './repair-findings.ts';
import { reported } from './reported-finding.ts';
import type { ReportedFinding } from './reported-finding.ts';
import { alone } from './run-lock.ts';

export interface ReconcileRequest {
  readonly mode: Exclude<RunMode, 'apply'>;
  readonly scopes: readonly Scope[];
  /** SKUs or barcodes; null = everything. */
  readonly products: readonly string[] | null;
  /** From the first movement on, whatever is sealed. */
  readonly isFull: boolean;
  /** Findings that a run with `fix` may mend. */
  readonly changesMax: number;
  /** How long to wait for another run to end. */
  readonly waitMs: number;
  /** False: nothing is written, not even that it ran. */
  readonly isRecorded: boolean;
  /** Requests that are answered by this run, where it can look at everything that it is asked for. */
  readonly answers?: readonly AskedCheck[];
  readonly onProgress: OnProgress;
}

export interface ReconcileResult {
  readonly runId: string;
  readonly status: Status;
  readonly checked: Readonly<Record<string, number>>;
  readonly findings: readonly ReportedFinding[];
  readonly unchecked: readonly Unchecked[];
  /** Receipts of an earlier run that was cut off before it could write them. */
  readonly finished: readonly Receipt[];
  readonly durationMs: number;
}

/**
 * Compares everything that is asked for, keeps what it found, and with `fix` mends what it may.
 * @throws InvError BUSY when another run does not end in time, NOT_FOUND (product), STORE_UNAVAILABLE
 */
export async function runReconcile(
  dependencies: ReconcileDependencies,
  request: ReconcileRequest,
): Promise<ReconcileResult> {
  const { catalogue } = dependencies;
  const asked = request.products === null ? null : await find(catalogue, request.products);
  return alone(dependencies, request, () => runOnce(dependencies, request, asked));
}

/** By id, each once. */
async function find(
  catalogue: ReconcileDependencies['catalogue'],
  products: readonly string[],
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const text of products) {
    const { id, sku } = await requireProduct(catalogue, text);
    found.set(id, sku);
  }
  return found;
}

async function runOnce(
  dependencies: ReconcileDependencies,
  request: ReconcileRequest,
  asked: ReadonlyMap<number, string> | null,
): Promise<ReconcileResult> {
  const { books, clock, origin, newId } = dependencies;
  const { mode, scopes, isRecorded } = request;
  const productIds = asked === null ? null : [...asked.keys()];
  const skus = asked === null ? null : [...asked.values()];
  const startedAtMs = clock.monotonic();
  const runId = newId();
  if (isRecorded) await books.startRun({ runId, mode, planRunId: null, scopes, skus, origin });
  await failpoint('reconcile.started');
  const checks = { ...request, productIds };
  const isFix = mode === 'fix' && isRecorded;
  const finished = isFix ? await finishCutOff(dependencies) : { receipts: [], revealed: [] };
  const seen = await checkEverything(dependencies, checks);
  const findingsOfAll = [...finished.revealed, ...seen.findings];
  const report = capFindings({ ...seen, findings: findingsOfAll }, scopes);
  const found = report.findings.map(reported);
  if (isRecorded) await books.addFindings(runId, found);
  await failpoint('reconcile.checked');
  const mended = isFix
    ? await mend(dependencies, { ...request, productIds, runId }, { report, found })
    : { ...report, findings: found };
  const { findings, unchecked, checked } = mended;
  const status = statusOf(findings, unchecked);
  if (isRecorded) {
    const answered = unchecked.length === 0 ? (request.answers ?? []) : [];
    await books.endRun({ runId, status, checked, answered, unchecked, ...countsOf(findings) });
  }
  const durationMs = Math.round(clock.monotonic() - startedAtMs);
  const { receipts } = finished;
  return { runId, status, checked, findings, unchecked, finished: receipts, durationMs };
}

/** Once a shard is open again, or frozen, what could not be looked at before is looked at, and told. */
async function mend(
  dependencies: ReconcileDependencies,
  request: ReconcileRequest & {
    readonly productIds: readonly number[] | null;
    readonly runId: string;
  },
  { report, found }: { readonly report: CheckReport; readonly found: readonly ReportedFinding[] },
): Promise<Omit<CheckReport, 'findings'> & { readonly findings: readonly ReportedFinding[] }> {
  const { runId } = request;
  const mended = await repairFindings(dependencies, { runId, foundBy: runId }, found, request);
  const revealed = await recordRevealed(dependencies, runId, mended);
  const findings = [...mended.findings, ...revealed];
  const isTried = findings.some(
    ({ finding, outcome }) => finding.check === 'pools.recovery' && outcome !== 'open',
  );
  if (!isTried) return { ...report, findings };
  const scopes = request.scopes.filter((scope) => scope !== 'ledger' && scope !== 'settings');
  const again = await checkEverything(dependencies, { ...request, scopes });
  const known = new Set(findings.map(({ finding }) => `${finding.check} ${finding.subject}`));
  const more = again.findings
    .filter(({ check, subject }) => !known.has(`${check} ${subject}`))
    .map((finding, index) => reported(finding, findings.length + index));
  await dependencies.books.addFindings(runId, more);
  const checked = { ...report.checked, ...again.checked };
  const unchecked = [...report.unchecked.filter(isMore), ...again.unchecked];
  return { findings: [...findings, ...more], unchecked, checked };
}

/** Notices are kept, and counted where something was done about them. */
export function countsOf(
  findings: readonly ReportedFinding[],
): Pick<RunEnd, 'findings' | 'violations' | 'repaired'> {
  const count = (isCounted: (finding: ReportedFinding) => boolean): number =>
    findings.filter(isCounted).length;
  return {
    findings: count((one) => !isNotice(one)),
    violations: count((one) => isOpen(one) && one.finding.severity === 'violation'),
    repaired: count((one) => one.outcome === 'repaired' && !isMadeBefore(one)),
  };
}
