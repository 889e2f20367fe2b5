import type { LedgerEntry } from '../../../ports/ledger-reader.ts';
import type { LevelProof } from '../../../ports/stock-reader.ts';
import type { OrderRow } from '../../../ports/pool-books.ts';
import type { ExplainedStock } from '../../../services/stock/explain-stock.ts';
import type { ShownPool } from '../../../services/pools/shown-pool.ts';
import { poolRow, poolText } from '../pool/pool-view.ts';
import type { LastRun } from '../../composition/stock-reader.ts';
import type { Presentation, Style } from '../../terminal/types.ts';
import { entryDocument, momentText } from './history-view.ts';
import { holdDocument, holdLines, lastRunDocument, lastRunLines } from './why-beside.ts';

/** What is known of a product beside its stock and its ledger. */
export interface BesideStock {
  readonly pools: readonly ShownPool[];
  readonly holds: readonly OrderRow[];
  readonly lastRun: LastRun | undefined;
  /** Milliseconds since the epoch: whether a hold is over. */
  readonly nowMs: number;
}

/** Sentences for people, the numbers behind them for scripts. */
export function whyPresentation(explained: ExplainedStock, beside: BesideStock): Presentation {
  const { pools, holds, lastRun } = beside;
  const { product, totals, locations, agrees, first, lastMovements, lastAdjustment } = explained;
  const document = {
    sku: product.sku,
    name: product.name,
    on_hand: totals.onHand,
    reserved: totals.reserved,
    available: totals.onHand - totals.reserved,
    min_level: product.minLevel,
    movements: totals.movements,
    ledger_sum: totals.ledgerSum,
    agrees,
    locations: locations.map((level) => ({
      location: level.location,
      on_hand: level.onHand,
      reserved: level.reserved,
      available: level.onHand - level.reserved,
      movements: level.movements,
      ledger_sum: level.ledgerSum,
      agrees: level.onHand === level.ledgerSum,
    })),
    reserved_by_pools: reservedByPools(pools),
    pools: pools.map(poolRow),
    holds: holds.map(holdDocument),
    last_reconcile: lastRun === undefined ? null : lastRunDocument(lastRun),
    first_movement: first === null ? null : entryDocument(first),
    last_adjustment: lastAdjustment === null ? null : entryDocument(lastAdjustment),
    last_movements: lastMovements.map(entryDocument),
  };
  return { document, human: (style) => humanLines(explained, beside, style) };
}

function humanLines(
  explained: ExplainedStock,
  { pools, holds, lastRun, nowMs }: BesideStock,
  style: Style,
): readonly string[] {
  const { product, totals, locations, first, lastMovements, lastAdjustment } = explained;
  const { onHand, reserved } = totals;
  const lines = [
    `${style.bold(product.sku)}  ${product.name}`,
    `${units(onHand)} on hand` +
      (reserved === 0 ? ', none reserved' : `, ${String(reserved)} of them reserved`) +
      `: ${String(onHand - reserved)} available.`,
    ...locations
      .filter((level) => locations.length > 1 && (level.onHand !== 0 || disagrees(level)))
      .map((level) => `  ${style.bold(level.location)}: ${String(level.onHand)} on hand`),
    ...reservedLines(reserved, pools, style),
    ...holdLines(holds, { pools, nowMs }),
    ...lastRunLines(lastRun),
  ];
  if (first === null) return [...lines, proofLine(explained, style)];
  const newest = lastMovements[0] ?? first;
  const [oldestAt, newestAt] = [momentText(first.postedAt), momentText(newest.postedAt)];
  lines.push(
    totals.movements === 1
      ? `It has one movement, of ${oldestAt} UTC.`
      : `It has ${String(totals.movements)} movements, the first of ${oldestAt}, the last of ${newestAt} UTC.`,
    proofLine(explained, style),
  );
  if (lastAdjustment !== null) lines.push(`It was last adjusted by: ${entryText(lastAdjustment)}`);
  return [...lines, 'Last movements:', ...lastMovements.map((entry) => `  ${entryText(entry)}`)];
}

/** Units that MySQL keeps for Redis: what it may still sell, and what lost sales may own. */
function reservedByPools(pools: readonly ShownPool[]): number {
  return pools.reduce((sum, { outstanding, quarantine }) => sum + outstanding + quarantine, 0);
}

function reservedLines(
  reserved: number,
  pools: readonly ShownPool[],
  style: Style,
): readonly string[] {
  const byPools = reservedByPools(pools);
  const lines = pools.map((pool) => `  ${poolText(pool)}`);
  if (byPools === reserved) return lines;
  // The two are not read at one moment, and a sale may have been settled in between.
  const text =
    `${String(reserved)} are reserved, and pools account for ${String(byPools)}; while sales are being ` +
    'booked that passes, else run: inv reconcile';
  return [...lines, style.yellow(`${style.mark.warn} ${text}`)];
}

function proofLine({ agrees, locations, totals }: ExplainedStock, style: Style): string {
  if (totals.movements === 0 && agrees) return 'Nothing has ever moved in or out.';
  if (agrees) {
    return `${style.green(style.mark.ok)} They add up to ${String(totals.ledgerSum)}, which is what the books say.`;
  }
  const wrong = locations
    .filter(disagrees)
    .map(
      (level) =>
        `${level.location}: the movements add up to ${String(level.ledgerSum)}, the stock row says ${String(level.onHand)}`,
    );
  return style.red(`${style.mark.fail} ${wrong.join('; ')}. Run: inv reconcile`);
}

function disagrees(level: LevelProof): boolean {
  return level.onHand !== level.ledgerSum;
}

function entryText(entry: LedgerEntry): string {
  const quantity = entry.quantity > 0 ? `+${String(entry.quantity)}` : String(entry.quantity);
  const why = [entry.reference, entry.reason].filter((part) => part !== null).join(': ');
  return (
    `${momentText(entry.postedAt)}  ${entry.kind} ${quantity} at ${entry.location} ` +
    `by ${entry.actor}: ${String(entry.onHandAfter)} on hand${why === '' ? '' : ` (${why})`}`
  );
}

function units(count: number): string {
  return count === 1 ? '1 unit is' : `${String(count)} units are`;
}
