import { checksOf } from '../../domain/reconcile/checks.ts';
import type { Scope, Severity } from '../../domain/reconcile/checks.ts';
import { mayBeMore } from '../../domain/reconcile/finding.ts';
import { FINDINGS_MAX } from './check-report.ts';
import type { CheckReport } from './check-report.ts';

const RANK: Readonly<Record<Severity, number>> = { violation: 0, drift: 1, notice: 2 };

/**
 * As many findings as a run keeps, what is worst first. A check stops when it has found so many, so at the
 * limit nobody knows whether there are more, and that is said.
 */
export function capFindings(report: CheckReport, scopes: readonly Scope[]): CheckReport {
  if (report.findings.length < FINDINGS_MAX) return report;
  const findings = report.findings
    .toSorted((one, other) => RANK[one.severity] - RANK[other.severity])
    .slice(0, FINDINGS_MAX);
  const more = mayBeMore(checksOf(scopes), { max: FINDINGS_MAX, names: 'findings' });
  return { ...report, findings, unchecked: [...report.unchecked, more] };
}
