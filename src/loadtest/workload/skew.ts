import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import { shown } from '../../domain/parse/shown.ts';
import { createAliasTable } from '../random/alias-table.ts';
import type { Random } from '../random/random.ts';
import { createZipf } from '../random/zipf.ts';
import { parseShare } from './share.ts';

/** How demand is spread over the products. */
export type Skew =
  | { readonly kind: 'uniform' }
  /** The k-th product is asked for in proportion to k^-exponent. */
  | { readonly kind: 'zipf'; readonly exponent: number }
  /** The first `products` get `share` of the demand, the others the rest. */
  | { readonly kind: 'hot'; readonly products: number; readonly share: number };

const ZIPF_EXPONENT_MAX = 10;

/** `uniform`, `zipf:1.1` or `hot:10:0.8`. */
export function parseSkew(text: string): Parsed<Skew> {
  const [kind = '', ...values] = text.split(':');
  if (kind === 'uniform' && values.length === 0) return parsed({ kind });
  if (kind === 'zipf' && values.length === 1) return parseZipf(values[0] ?? '');
  if (kind === 'hot' && values.length === 2) return parseHot(values[0] ?? '', values[1] ?? '');
  return refused(
    `${shown(text)} is not a skew: write uniform, zipf:1.1 (exponent) or hot:10:0.8 (products, their share)`,
  );
}

/** Draws products from 0; 0 is asked for most. */
export function createProductDraw(skew: Skew, products: number, random: Random): () => number {
  switch (skew.kind) {
    case 'uniform':
      return () => Math.floor(random.unit() * products);
    case 'zipf': {
      const rank = createZipf({ elements: products, exponent: skew.exponent }, random);
      return () => rank() - 1;
    }
    case 'hot':
      return createAliasTable(hotWeights(skew, products), random);
  }
}

/** Why the skew does not fit so many products, if it does not. */
export function skewProblem(skew: Skew, products: number): string | undefined {
  if (skew.kind !== 'hot' || skew.products <= products) return undefined;
  return `the skew has ${skew.products} hot products, and there are ${products} products`;
}

function parseZipf(text: string): Parsed<Skew> {
  const exponent = Number(text);
  if (!/^[0-9]{1,2}(\.[0-9]{1,6})?$/.test(text) || exponent <= 0 || exponent > ZIPF_EXPONENT_MAX) {
    return refused(`${shown(text)} is not an exponent above 0 and up to ${ZIPF_EXPONENT_MAX}`);
  }
  return parsed({ kind: 'zipf', exponent });
}

function parseHot(productsText: string, shareText: string): Parsed<Skew> {
  if (!/^[1-9][0-9]{0,5}$/.test(productsText)) {
    return refused(`${shown(productsText)} is not a number of products`);
  }
  const share = parseShare(shareText);
  if (!share.ok) return share;
  return parsed({ kind: 'hot', products: Number(productsText), share: share.value });
}

function hotWeights(
  { products: hot, share }: Extract<Skew, { readonly kind: 'hot' }>,
  products: number,
): readonly number[] {
  const cold = products - hot;
  // With no cold product the hot ones have it all, whatever their share was said to be.
  return Array.from({ length: products }, (_, index) => {
    if (cold === 0) return 1;
    return index < hot ? share / hot : (1 - share) / cold;
  });
}
