import type { WeightedSums, WeightSeed } from '../../../domain/reconcile/place-weight.ts';
import { assert } from '../../../lib/assert.ts';
import type { ProductRange } from '../../../ports/reconcile-books.ts';
import { ERRNO, errnoOf } from '../errors.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

/**
 * Three scans instead of a join, which costs several times as much for each row; and rows that reserve
 * nothing, most of them, weigh nothing there. The seed stands in the text, where the server computes with
 * it once and not for each row.
 */
const select = (seed: WeightSeed, type: 'BIGINT' | 'DECIMAL'): string => {
  const weight = weightSql(seed);
  const weighted = (units: string): string =>
    type === 'BIGINT' ? `(${units}) * ${weight}` : `CAST(${units} AS DECIMAL(20,0)) * ${weight}`;
  const sum = (units: string): string => `CAST(COALESCE(SUM(${units}), 0) AS CHAR)`;
  return `
    SELECT s.stock_rows, s.on_hand, s.reserved, s.beyond, z.sealed, b.promised
      FROM (SELECT COUNT(*) AS stock_rows, ${sum(weighted('on_hand'))} AS on_hand,
                   ${sum(`IF(reserved = 0, NULL, ${weighted('reserved')})`)} AS reserved,
                   COUNT(IF(reserved BETWEEN 0 AND on_hand, NULL, 1)) AS beyond
              FROM stock WHERE product_id BETWEEN ? AND ?) AS s,
           (SELECT ${sum(weighted('quantity'))} AS sealed
              FROM ledger_seals WHERE product_id BETWEEN ? AND ?) AS z,
           (SELECT ${sum(weighted('delegated - settled_cum + quarantine'))} AS promised
              FROM pools WHERE product_id BETWEEN ? AND ?) AS b`;
};

/** `weightOf` of the domain; without an overflow, whatever the ids. */
function weightSql({ product, location }: WeightSeed): string {
  assert(Number.isSafeInteger(product) && Number.isSafeInteger(location), 'a seed is of integers');
  const mixed = `(product_id & 4294967295) * ${product} + (location_id & 4294967295) * ${location}`;
  return `(1 + CRC32(${mixed}))`;
}

interface Row {
  readonly stock_rows: number;
  readonly on_hand: string;
  readonly reserved: string;
  readonly beyond: number;
  readonly sealed: string;
  readonly promised: string;
}

/** More than 2^31 units at one place and their weight do not fit a BIGINT; a DECIMAL holds any, and is slower. */
async function readRow(
  session: Session,
  { from, to }: ProductRange,
  seed: WeightSeed,
): Promise<Row | undefined> {
  const parameters = [from, to, from, to, from, to];
  try {
    return (await session.rows<Row>(select(seed, 'BIGINT'), parameters))[0];
  } catch (error) {
    if (errnoOf(error) !== ERRNO.outOfRange) throw error;
    return (await session.rows<Row>(select(seed, 'DECIMAL'), parameters))[0];
  }
}

export async function readWeightedSums(
  session: Session,
  { from, to }: ProductRange,
  seed: WeightSeed,
): Promise<WeightedSums> {
  const row = await readRow(session, { from, to }, seed);
  return {
    stockRows: integer(row?.stock_rows ?? 0),
    onHand: BigInt(row?.on_hand ?? 0),
    reserved: BigInt(row?.reserved ?? 0),
    beyondLimits: integer(row?.beyond ?? 0),
    sealed: BigInt(row?.sealed ?? 0),
    promised: BigInt(row?.promised ?? 0),
  };
}
