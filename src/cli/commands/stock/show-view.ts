import type { JsonObject } from '../../../lib/json.ts';
import type { ShownLevel, ShownStock } from '../../../services/stock/show-stock.ts';
import type { ShownPool } from '../../../services/pools/shown-pool.ts';
import { poolRow, poolText } from '../pool/pool-view.ts';
import type { Presentation, Style } from '../../terminal/types.ts';

export interface ShowViewOptions {
  /** Also locations where nothing is on hand. */
  readonly all: boolean;
  /** ISO 8601 UTC; null = now. */
  readonly asOf: string | null;
  /** Those that are not closed. */
  readonly pools: readonly ShownPool[];
}

/** One product: its levels, and the location lines below them. */
export function showPresentation(
  shown: ShownStock,
  { all, asOf, pools }: ShowViewOptions,
): Presentation {
  const { product, onHand, reserved } = shown;
  const levels = shown.levels.filter((level) => all || level.onHand !== 0);
  const document = {
    sku: product.sku,
    name: product.name,
    unit: product.unit,
    on_hand: onHand,
    reserved,
    available: availableOf({ onHand, reserved }),
    min_level: product.minLevel,
    safety_stock: product.safetyStock,
    cost: product.cost,
    status: product.status,
    ...(asOf === null ? {} : { as_of: asOf }),
    locations: levels.map(levelDocument),
    pools: pools.map(poolRow),
  };
  return { document, human: (style) => humanLines({ shown, levels, asOf, pools }, style) };
}

function levelDocument(level: ShownLevel): JsonObject {
  return {
    location: level.location,
    on_hand: level.onHand,
    reserved: level.reserved,
    available: availableOf(level),
  };
}

function availableOf({ onHand, reserved }: Pick<ShownLevel, 'onHand' | 'reserved'>): number | null {
  return reserved === null ? null : onHand - reserved;
}

interface Shown {
  readonly shown: ShownStock;
  readonly levels: readonly ShownLevel[];
  readonly asOf: string | null;
  readonly pools: readonly ShownPool[];
}

function humanLines({ shown, levels, asOf, pools }: Shown, style: Style): readonly string[] {
  const { product, onHand, reserved } = shown;
  const archived = product.status === 'active' ? '' : style.yellow(` (${product.status})`);
  const moment = asOf === null ? '' : style.dim(` as of ${asOf}`);
  const total = `  ${levelText({ onHand, reserved }, product.unit)}${moment}`;
  const lines = [`${style.bold(product.sku)}  ${product.name}${archived}`, total];
  const [only] = levels;
  if (levels.length === 1 && only !== undefined) lines.push(`  all at ${only.location}`);
  if (levels.length > 1) {
    lines.push(...levels.map((level) => `  ${style.bold(level.location)}: ${levelText(level)}`));
  }
  lines.push(...pools.map((pool) => `  ${poolText(pool)}`));
  const available = availableOf({ onHand, reserved });
  if (available !== null && product.minLevel > 0) {
    const isLow = available < product.minLevel;
    const text = `minimum ${String(product.minLevel)}`;
    lines.push(
      isLow
        ? style.yellow(`  ${style.mark.warn} below its ${text}: inv stock low`)
        : style.dim(`  ${text}`),
    );
  }
  if (product.safetyStock > 0) {
    lines.push(style.dim(`  safety stock ${String(product.safetyStock)}`));
  }
  return lines;
}

function levelText(
  { onHand, reserved }: Pick<ShownLevel, 'onHand' | 'reserved'>,
  unit?: string,
): string {
  const text = `${String(onHand)}${unit === undefined ? '' : ` ${unit}`} on hand`;
  if (reserved === null) return text;
  const held = reserved === 0 ? '' : `, ${String(reserved)} reserved`;
  return `${text}${held}, ${String(onHand - reserved)} available`;
}
