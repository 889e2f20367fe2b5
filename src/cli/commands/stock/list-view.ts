import type { JsonObject } from '../../../lib/json.ts';
import type { ListedStock } from '../../../ports/stock-reader.ts';
import type { Column, RowStream } from '../../terminal/types.ts';

const COLUMNS: readonly Column[] = [
  { key: 'sku', title: 'SKU', priority: 2 },
  { key: 'name', title: 'NAME' },
  { key: 'location', title: 'LOCATION', priority: 2 },
  { key: 'on_hand', title: 'ON HAND' },
  { key: 'reserved', title: 'RESERVED' },
  {
    key: 'available',
    title: 'AVAILABLE',
    style: (value, row) => (Number(value) < Number(row['min_level']) ? 'yellow' : undefined),
  },
  { key: 'min_level', title: 'MINIMUM' },
];

/** Rows as they come; the one beyond the limit is not shown and says that there is more. */
export function stockListStream(
  rows: AsyncIterable<ListedStock>,
  { limit }: { readonly limit: number | null },
): RowStream {
  let last: ListedStock | undefined;
  let hasMore = false;
  async function* shown(): AsyncGenerator<JsonObject> {
    let count = 0;
    for await (const row of rows) {
      hasMore = limit !== null && count === limit;
      if (hasMore) return;
      count += 1;
      last = row;
      yield rowOf(row);
    }
  }
  return {
    columns: COLUMNS,
    rows: shown(),
    empty: 'no stock here (with --all also what has none on hand)',
    footer: (count) =>
      hasMore && last !== undefined
        ? `${String(count)} rows; more: --after ${last.sku}@${last.location}, or --limit 0 for all`
        : undefined,
  };
}

function rowOf(row: ListedStock): JsonObject {
  return {
    sku: row.sku,
    name: row.name,
    location: row.location,
    on_hand: row.onHand,
    reserved: row.reserved,
    available: row.onHand - row.reserved,
    min_level: row.minLevel,
  };
}
