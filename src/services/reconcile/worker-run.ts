import type { Finding } from '../../domain/reconcile/finding.ts';
import { statusOf } from '../../domain/reconcile/verdict.ts';
import type { RepairOf, RepairOutcome } from '../../ports/repairs.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { requestIdOf } from './request-id.ts';
import { reported } from './reported-finding.ts';
import type { ReportedFinding } from './reported-finding.ts';
import { countsOf } from './run-reconcile.ts';

/** One run of what a worker mends by itself, while it is written. */
export interface WorkerRun {
  readonly runId: string;
  /** By number. */
  readonly findings: Map<number, ReportedFinding>;
}

type Dependencies = Pick<ReconcileDependencies, 'books' | 'origin'>;

/** @param first what it begins with; it may find more */
export async function startWorkerRun(
  { books, origin, newId }: Pick<ReconcileDependencies, 'books' | 'origin' | 'newId'>,
  { sku }: Finding,
): Promise<WorkerRun> {
  const runId = newId();
  const start = { runId, mode: 'fix', planRunId: null, scopes: ['pools'] } as const;
  await books.startRun({ ...start, skus: sku === null ? null : [sku], origin });
  return { runId, findings: new Map() };
}

/** @returns the same that was begun and has no end yet; else it is written down */
export async function findingOfRun(
  { books }: Dependencies,
  { runId, findings }: WorkerRun,
  finding: Finding,
): Promise<ReportedFinding> {
  const known = [...findings.values()].find((one) => isBegun(one) && isSame(one.finding, finding));
  if (known !== undefined) return known;
  const one = reported(finding, findings.size);
  await books.addFindings(runId, [one]);
  findings.set(one.number, one);
  return one;
}

export function beginInRun(
  { books, origin }: Dependencies,
  { runId }: WorkerRun,
  one: ReportedFinding,
): Promise<void> {
  return books.beginRepair(repairOf(runId, one, origin));
}

export async function recordInRun(
  { books, origin }: Dependencies,
  { runId, findings }: WorkerRun,
  { one, outcome }: { readonly one: ReportedFinding; readonly outcome: RepairOutcome },
): Promise<void> {
  const repair = repairOf(runId, one, origin);
  await books.recordRepair(repair, outcome);
  const { requestId } = repair;
  findings.set(one.number, {
    ...one,
    outcome: outcome.status === 'replayed' ? 'repaired' : outcome.status,
    receipt: outcome.status === 'repaired' ? { runId, requestId, ...outcome } : null,
  });
}

/**
 * Ends a run that has told everything; one that waits for a repair stays open.
 * @param isLeft whether something that was begun is still so; else it is gone by itself
 * @returns whether it has ended
 */
export async function endWorkerRun(
  dependencies: Dependencies,
  run: WorkerRun,
  isLeft: (finding: Finding) => boolean,
): Promise<boolean> {
  for (const one of run.findings.values()) {
    const isGone = isBegun(one) && !isLeft(one.finding);
    if (isGone) await recordInRun(dependencies, run, { one, outcome: { status: 'gone' } });
  }
  const { runId } = run;
  const findings = [...run.findings.values()];
  if (findings.some(isBegun)) return false;
  const skus = [...new Set(findings.flatMap(({ finding }) => finding.sku ?? []))];
  const looked = { checked: {}, unchecked: [], answered: [] };
  const status = statusOf(findings, []);
  await dependencies.books.endRun({ runId, status, skus, ...looked, ...countsOf(findings) });
  return true;
}

export function isSame(one: Finding, other: Finding): boolean {
  return one.check === other.check && one.subject === other.subject;
}

function repairOf(
  runId: string,
  { number, finding }: ReportedFinding,
  origin: ReconcileDependencies['origin'],
): RepairOf {
  const requestId = requestIdOf(runId, { number });
  return { runId, foundBy: runId, requestId, number, finding, origin };
}

/** Begun, and without an end; what Redis may have lost is told and never mended. */
function isBegun({ finding, outcome }: ReportedFinding): boolean {
  return outcome === 'open' && finding.remedy.kind !== 'person';
}
