import { isMendable } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import { isMadeBefore } from '../../domain/reconcile/plan-rows.ts';
import { MENDED_BEFORE } from '../../domain/reconcile/verdict.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { RepairOutcome } from '../../ports/repairs.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { repairFinding } from './repair-finding.ts';
import { requestIdOf } from './request-id.ts';
import type { ReportedFinding } from './reported-finding.ts';

/** Which run mends, and which one has found it. */
export interface Mending {
  readonly runId: string;
  readonly foundBy: string;
}

export interface Mended {
  readonly findings: readonly ReportedFinding[];
  /** What came to light by mending: what Redis may have lost. */
  readonly revealed: readonly Finding[];
}

/**
 * Mends findings one by one, at most so many. A number that cannot be what it should be until another one
 * is mended is tried once more at the end.
 * @param changesMax findings beyond it stay open
 */
export async function repairFindings(
  dependencies: ReconcileDependencies,
  mending: Mending,
  findings: readonly ReportedFinding[],
  { changesMax }: { readonly changesMax: number },
): Promise<Mended> {
  const chosen = findings
    .filter(({ finding, outcome }) => isMendable(finding) && outcome !== 'repaired')
    .toSorted((one, other) => rank(one.finding) - rank(other.finding))
    .slice(0, changesMax);
  const results = new Map<number, ReportedFinding>();
  const revealed: Finding[] = [];
  const mendedFor = new Map<string, number>();
  const repair = async (one: ReportedFinding): Promise<void> => {
    const work = workOn(one.finding);
    const withNumber = (work === null ? undefined : mendedFor.get(work)) ?? null;
    const repaired = await repairOne(dependencies, mending, { ...one, withNumber });
    results.set(one.number, repaired.one);
    revealed.push(...repaired.revealed);
    const isMade = repaired.one.outcome === 'repaired' && !isMadeBefore(repaired.one);
    if (isMade && work !== null && withNumber === null) mendedFor.set(work, one.number);
  };
  for (const one of chosen) {
    await repair(one);
    await failpoint('reconcile.repaired');
  }
  for (const one of [...results.values()].filter(dependsOnOthers)) await repair(one);
  return { findings: findings.map((one) => results.get(one.number) ?? one), revealed };
}

/** What is done for a whole shard mends every finding there that asks for it. */
function workOn({ remedy }: Finding): string | null {
  return 'shard' in remedy ? `${remedy.kind} ${remedy.shard}` : null;
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
  { runId, foundBy }: Mending,
  { withNumber, ...one }: ReportedFinding & { readonly withNumber: number | null },
): Promise<{ readonly one: ReportedFinding; readonly revealed: readonly Finding[] }> {
  const { origin } = dependencies;
  const requestId = requestIdOf(foundBy, one);
  const { number, finding } = one;
  const repair = { runId, foundBy, requestId, number, finding, origin };
  const repaired = await repairFinding(dependencies, repair);
  const { revealed } = repaired;
  let { outcome } = repaired;
  if (outcome.status === 'gone' && withNumber !== null) {
    const after = `mended together with finding ${withNumber}`;
    outcome = { status: 'repaired', before: finding.evidence, after };
    await dependencies.books.recordRepair(repair, outcome);
  }
  return { one: { ...one, ...told(outcome, { runId, requestId }) }, revealed };
}

function told(
  outcome: RepairOutcome,
  by: { readonly runId: string; readonly requestId: string },
): Pick<ReportedFinding, 'outcome' | 'receipt' | 'why'> {
  switch (outcome.status) {
    case 'repaired': {
      const { before, after } = outcome;
      return { outcome: 'repaired', receipt: { ...by, before, after }, why: null };
    }
    case 'replayed':
      return { outcome: 'repaired', receipt: outcome.receipt, why: MENDED_BEFORE };
    case 'gone':
      return { outcome: 'gone', receipt: null, why: null };
    case 'stale':
    case 'failed':
      return { outcome: outcome.status, receipt: null, why: outcome.reason };
  }
}
