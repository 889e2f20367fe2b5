import { isOpen } from '../../../domain/reconcile/verdict.ts';
import type { ReportedFinding } from '../../../services/reconcile/reported-finding.ts';
import type { Terminal } from '../../terminal/types.ts';

/**
 * Says once, beside the rows and in whatever format, that acknowledged sales may be gone: it must not
 * pass unread in a script. A person reads it in the findings.
 */
export function warnOfLosses(
  { format, warn }: Pick<Terminal, 'format' | 'warn'>,
  findings: readonly ReportedFinding[],
): void {
  const lost = findings.filter((one) => one.finding.check === 'pools.lost_sales' && isOpen(one));
  if (lost.length === 0 || format === 'table') return;
  const units = lost.reduce((sum, { finding }) => sum + (finding.actual ?? 0), 0);
  const skus = [...new Set(lost.flatMap(({ finding }) => finding.sku ?? []))];
  const [first = 'pools', ...others] = skus;
  const of = others.length === 0 ? first : `${first} and ${String(others.length)} more`;
  warn(`Redis lost data: up to ${String(units)} acknowledged units of ${of} may be lost`);
}
