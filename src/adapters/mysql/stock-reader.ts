import type {
  ListedStock,
  LowStock,
  StockListFilter,
  StockListPlace,
  StockReader,
} from '../../ports/stock-reader.ts';
import type { Database } from './database.ts';
import { readLowStockPage } from './low-stock.ts';
import type { LowStockPage } from './low-stock.ts';
import { readLevels, readOnHandAsOf, readProduct, readProof } from './stock-levels.ts';
import { readStockListPage } from './stock-list.ts';
import type { StockListPage } from './stock-list.ts';

/** Products that one statement looks at: the bound on memory and on the time of a statement. */
const PAGE_MAX = 5_000;
const PAGE_MIN = 100;

export function createStockReader(database: Database): StockReader {
  return {
    product: (id) => database.read((session) => readProduct(session, id)),
    levels: (id) => database.read((session) => readLevels(session, id)),
    onHandAsOf: (id, moment) => database.read((session) => readOnHandAsOf(session, id, moment)),
    proof: (id) => database.read((session) => readProof(session, id)),
    list: (filter, range) => list(database, filter, range),
    low: (filter) => low(database, filter),
  };
}

/** The connection goes back between two pages: a slow reader of the output must not hold one. */
async function* list(
  database: Database,
  filter: StockListFilter,
  range: { readonly after: StockListPlace | null; readonly limit: number | null },
): AsyncGenerator<ListedStock> {
  let left = range.limit ?? Number.MAX_SAFE_INTEGER;
  let size = Math.min(Math.max(left, PAGE_MIN), PAGE_MAX);
  let after = range.after;
  while (left > 0) {
    const place: { readonly after: StockListPlace | null; readonly size: number } = { after, size };
    const page: StockListPage = await database.read((session) =>
      readStockListPage(session, filter, place),
    );
    const wanted = page.rows.slice(0, left);
    yield* wanted;
    left -= wanted.length;
    if (page.next === null) return;
    after = page.next;
    // What is rare is looked for in longer steps.
    size = Math.min(size * 4, PAGE_MAX);
  }
}

async function* low(
  database: Database,
  filter: { readonly locationId: number | null },
): AsyncGenerator<LowStock> {
  let after: string | null = '';
  while (after !== null) {
    const place: { readonly after: string; readonly size: number } = { after, size: PAGE_MAX };
    const page: LowStockPage = await database.read((session) =>
      readLowStockPage(session, filter, place),
    );
    yield* page.rows;
    after = page.next;
  }
}
