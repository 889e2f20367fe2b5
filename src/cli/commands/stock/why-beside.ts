import { isMore } from '../../../domain/reconcile/verdict.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { OrderRow } from '../../../ports/pool-books.ts';
import type { ShownPool } from '../../../services/pools/shown-pool.ts';
import type { LastRun } from '../../composition/stock-reader.ts';
import { momentText } from './history-view.ts';

/** Who holds what until when, as far as the books have been told. */
export function holdDocument(hold: OrderRow): JsonObject {
  const { requestId, location, quantity, buyer, deadline } = hold;
  return { request_id: requestId, location, quantity, buyer, deadline };
}

/** Redis knows of holds that the books have not been told of yet; those stay without a name. */
export function holdLines(
  holds: readonly OrderRow[],
  { pools, nowMs }: { readonly pools: readonly Pick<ShownPool, 'held'>[]; readonly nowMs: number },
): readonly string[] {
  const named = holds.reduce((sum, { quantity }) => sum + quantity, 0);
  const held = pools.reduce((sum, pool) => sum + (pool.held ?? 0), 0);
  const more = held - named;
  return [
    ...holds.map((hold) => `  ${holdText(hold, nowMs)}`),
    ...(more > 0 ? [`  ${String(more)} more held, not by name in the books yet`] : []),
  ];
}

function holdText(
  { requestId, quantity, buyer, deadline, location }: OrderRow,
  nowMs: number,
): string {
  const who = buyer ?? 'somebody';
  if (deadline !== null && Date.parse(deadline) <= nowMs) {
    return `${String(quantity)} at ${location} were held for ${who}, which is over since ${momentText(deadline)} UTC: the worker gives them back (order ${requestId})`;
  }
  const until = deadline === null ? '' : ` until ${momentText(deadline)} UTC`;
  return `${String(quantity)} at ${location} are held for ${who}${until} (order ${requestId})`;
}

export function lastRunDocument({ run, findings }: LastRun): JsonObject {
  return {
    run_id: run.runId,
    status: run.status,
    started_at: run.startedAt,
    truncated: run.unchecked === null ? null : run.unchecked.some(isMore),
    findings: findings.map(({ finding, outcome, receipt }) => ({
      check: finding.check,
      evidence: finding.evidence,
      state: outcome,
      request_id: receipt?.requestId ?? null,
    })),
  };
}

export function lastRunLines(last: LastRun | undefined): readonly string[] {
  if (last === undefined) return [];
  const { run, findings } = last;
  const isWhole = run.status !== 'inconclusive' && (run.unchecked ?? []).length === 0;
  const partly = isWhole ? '' : ', but not everything was looked at';
  const at = `It was last reconciled at ${momentText(run.startedAt)} UTC${partly}`;
  if (findings.length === 0) return [`${at}: nothing differed.`];
  const told = findings.map(({ finding, outcome }) => `${finding.evidence} (${outcome})`);
  return [`${at}: ${told.join('; ')}.`];
}
