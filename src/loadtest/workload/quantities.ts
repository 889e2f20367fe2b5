import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import { shown } from '../../domain/parse/shown.ts';
import { createAliasTable } from '../random/alias-table.ts';
import type { Random } from '../random/random.ts';

/** One quantity of an order and how often it comes up, compared with the others. */
export interface QuantityWeight {
  readonly quantity: number;
  readonly weight: number;
}

const ORDER_QUANTITY_MAX = 1_000_000;
const RANGE_MAX = 1_000;

/** `1`, `1-5` (each as likely) or `1:70,2:20,5:10` (quantity and weight). */
export function parseQuantities(text: string): Parsed<readonly QuantityWeight[]> {
  const range = /^([1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?$/.exec(text);
  if (range !== null) return rangeOf(text, Number(range[1]), Number(range[2] ?? range[1]));
  const weights: QuantityWeight[] = [];
  for (const part of text.split(',')) {
    const match = /^([1-9][0-9]{0,6}):([0-9]{1,9}(?:\.[0-9]{1,9})?)$/.exec(part.trim());
    if (match === null) {
      return refused(`${shown(text)} is not a mix of quantities such as 1, 1-5 or 1:70,2:20,5:10`);
    }
    weights.push({ quantity: Number(match[1]), weight: Number(match[2]) });
  }
  return checked(text, weights);
}

export function createQuantityDraw(mix: readonly QuantityWeight[], random: Random): () => number {
  const only = mix.length === 1 ? mix[0] : undefined;
  if (only !== undefined) return () => only.quantity;
  const index = createAliasTable(
    mix.map(({ weight }) => weight),
    random,
  );
  const quantities = Uint32Array.from(mix, ({ quantity }) => quantity);
  return () => quantities[index()] ?? 1;
}

function rangeOf(text: string, from: number, to: number): Parsed<readonly QuantityWeight[]> {
  if (to < from) return refused(`${shown(text)} ends before it begins`);
  if (to - from >= RANGE_MAX) {
    return refused(`${shown(text)} names more than ${RANGE_MAX} quantities`);
  }
  const quantities = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return checked(
    text,
    quantities.map((quantity) => ({ quantity, weight: 1 })),
  );
}

function checked(text: string, mix: readonly QuantityWeight[]): Parsed<readonly QuantityWeight[]> {
  if (mix.some(({ quantity }) => quantity > ORDER_QUANTITY_MAX)) {
    return refused(`${shown(text)} names a quantity above ${ORDER_QUANTITY_MAX}`);
  }
  if (new Set(mix.map(({ quantity }) => quantity)).size < mix.length) {
    return refused(`${shown(text)} names a quantity twice`);
  }
  if (!mix.some(({ weight }) => weight > 0)) return refused(`${shown(text)} weighs nothing`);
  return parsed(mix);
}
