import type { JsonObject } from '../../../lib/json.ts';
import type { LowProduct } from '../../../services/stock/list-stock.ts';
import type { Column, RowStream } from '../../terminal/types.ts';

const COLUMNS: readonly Column[] = [
  { key: 'sku', title: 'SKU', priority: 2 },
  { key: 'name', title: 'NAME' },
  { key: 'available', title: 'AVAILABLE', style: (value) => (value === 0 ? 'red' : 'yellow') },
  { key: 'min_level', title: 'MINIMUM' },
  { key: 'missing', title: 'MISSING' },
  { key: 'supplier', title: 'SUPPLIER', priority: 1 },
  { key: 'supplier_sku', title: 'THEIR SKU' },
  { key: 'cost', title: 'COST', align: 'right' },
  { key: 'lead_days', title: 'DAYS' },
  { key: 'minimum_order', title: 'MIN ORDER' },
  { key: 'order_quantity', title: 'ORDER' },
  { key: 'order_value', title: 'VALUE', align: 'right' },
];

/** What fits in 80 columns: the rest is there on a wide terminal, with --fields or --json. */
const NARROW: ReadonlyMap<string, string> = new Map([
  ['sku', 'SKU'],
  ['name', 'NAME'],
  ['available', 'LEFT'],
  ['min_level', 'MIN'],
  ['order_quantity', 'ORDER'],
  ['supplier', 'FROM'],
  ['cost', 'COST'],
  ['order_value', 'VALUE'],
]);
const WIDE = 140;

export function lowStream(
  products: AsyncIterable<LowProduct>,
  {
    terminalColumns,
  }: {
    /** Columns of the person's terminal; null for a script. */
    readonly terminalColumns: number | null;
  },
): RowStream {
  async function* rows(): AsyncGenerator<JsonObject> {
    for await (const product of products) yield rowOf(product);
  }
  return {
    columns:
      terminalColumns !== null && terminalColumns < WIDE
        ? COLUMNS.flatMap((column) => {
            const title = NARROW.get(column.key);
            return title === undefined ? [] : [{ ...column, title }];
          })
        : COLUMNS,
    rows: rows(),
    empty: 'nothing is below its minimum',
    footer: (count) => `${String(count)} below their minimum`,
  };
}

function rowOf({ product, order }: LowProduct): JsonObject {
  return {
    sku: product.sku,
    name: product.name,
    available: product.available,
    min_level: product.minLevel,
    missing: order.missing,
    supplier: order.offer?.supplier ?? null,
    supplier_sku: order.offer?.supplierSku ?? null,
    cost: order.cost,
    lead_days: order.offer?.leadDays ?? null,
    minimum_order: order.offer?.minimumOrder ?? null,
    order_quantity: order.quantity,
    order_value: order.value,
  };
}
