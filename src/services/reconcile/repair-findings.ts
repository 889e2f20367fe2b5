import { isMendable } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { NumberedFinding, RepairOutcome } from '../../ports/reconcile-books.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { repairFinding } from './repair-finding.ts';
import type { ReportedFinding } from './reported-finding.ts';

/**
 * Mends findings one by one, at most so many. A number that cannot be what it should be until another one
 * is mended is tried once more at the end.
 * @param changesMax findings beyond it stay open
 */
export async function repairFindings(
  dependencies: ReconcileDependencies,
  runId: string,
  findings: readonly ReportedFinding[],
  { changesMax }: { readonly changesMax: number },
): Promise<readonly ReportedFinding[]> {
  const chosen = findings
    .filter(({ finding, outcome }) => isMendable(finding) && outcome !== 'repaired')
    .toSorted((one, other) => rank(one.finding) - rank(other.finding))
    .slice(0, changesMax);
  const results = new Map<number, ReportedFinding>();
  for (const one of chosen) {
    results.set(one.number, await repairOne(dependencies, runId, one));
    await failpoint('reconcile.repaired');
  }
  for (const one of [...results.values()].filter(dependsOnOthers)) {
    results.set(one.number, await repairOne(dependencies, runId, one));
  }
  return findings.map((one) => results.get(one.number) ?? one);
}

/** A balance may not be below what is reserved, nor reserved above the balance, until both are mended. */
function dependsOnOthers({ finding, outcome }: ReportedFinding): boolean {
  const { kind } = finding.remedy;
  return outcome === 'failed' && (kind === 'balance' || kind === 'reserved');
}

/** Redis is opened first, because nothing else can be compared before. */
function rank({ remedy }: Finding): number {
  return remedy.kind === 'recover' ? 0 : 1;
}

async function repairOne(
  dependencies: ReconcileDependencies,
  runId: string,
  one: ReportedFinding,
): Promise<ReportedFinding> {
  const { origin } = dependencies;
  const requestId = requestIdOf(runId, one);
  const { number, finding } = one;
  const outcome = await repairFinding(dependencies, { runId, requestId, number, finding, origin });
  return { ...one, ...told(outcome, requestId) };
}

/** Every repair has an id of its own, which is that of its finding: a second one changes nothing. */
export function requestIdOf(runId: string, { number }: Pick<NumberedFinding, 'number'>): string {
  return `reconcile:${runId}:${number}`;
}

function told(
  outcome: RepairOutcome,
  requestId: string,
): Pick<ReportedFinding, 'outcome' | 'receipt' | 'why'> {
  switch (outcome.status) {
    case 'repaired': {
      const { before, after } = outcome;
      return { outcome: 'repaired', receipt: { requestId, before, after }, why: null };
    }
    case 'replayed':
      return { outcome: 'repaired', receipt: outcome.receipt, why: 'mended before' };
    case 'gone':
      return { outcome: 'gone', receipt: null, why: null };
    case 'stale':
    case 'failed':
      return { outcome: outcome.status, receipt: null, why: outcome.reason };
  }
}
