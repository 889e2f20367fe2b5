import type { SettledRow } from '../../ports/load-books.ts';
import type { History } from '../history/history.ts';
import type { LoadIds } from '../workload/ids.ts';
import { createOffenders } from './invariant.ts';
import type { Offenders } from './invariant.ts';

/** The ledger's rows of a run, laid beside the requests they belong to. */
export interface SettledBooks {
  readonly rows: number;
  /** By request: rows that took units, up to 255. */
  readonly postings: Uint8Array;
  /** By request: units they took. */
  readonly units: Float64Array;
  /** By product. */
  readonly unitsOfProduct: Float64Array;
  /** Rows that took units under an id that the run never used. */
  readonly foreign: Offenders<SettledRow>;
  /** Rows of another product than their request asked for. */
  readonly misplaced: Offenders<SettledRow>;
  readonly negative: Offenders<SettledRow>;
}

export interface BooksTally {
  readonly take: (row: SettledRow) => void;
  readonly books: () => SettledBooks;
}

/** Takes rows one by one, so that a million of them need not be in memory at once. */
export function createBooksTally(
  { requests }: History,
  { ids, products }: { readonly ids: LoadIds; readonly products: number },
): BooksTally {
  const length = requests.flags.length;
  const postings = new Uint8Array(length);
  const units = new Float64Array(length);
  const unitsOfProduct = new Float64Array(products);
  const foreign = createOffenders<SettledRow>();
  const misplaced = createOffenders<SettledRow>();
  const negative = createOffenders<SettledRow>();
  let rows = 0;

  function takeUnits(row: SettledRow): void {
    const { product, quantity } = row;
    unitsOfProduct[product] = (unitsOfProduct[product] ?? 0) + quantity;
    const request = ids.requestNumber(row.requestId);
    if (request === undefined || request >= length) {
      foreign.add(row);
      return;
    }
    if (product !== requests.product[request]) misplaced.add(row);
    postings[request] = Math.min(255, (postings[request] ?? 0) + 1);
    units[request] = (units[request] ?? 0) + quantity;
  }

  return {
    take: (row) => {
      rows += 1;
      if (row.onHandAfter !== null && row.onHandAfter < 0) negative.add(row);
      // A recorded NO is no trace of a sale.
      if (row.quantity !== 0) takeUnits(row);
    },
    books: () => ({ rows, postings, units, unitsOfProduct, foreign, misplaced, negative }),
  };
}
