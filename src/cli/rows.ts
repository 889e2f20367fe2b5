import type { JsonObject } from '../lib/json.ts';
import type { Column } from './terminal/types.ts';

/** Turns what a store streams into rows, one by one. */
export async function* mapRows<T>(
  items: AsyncIterable<T>,
  toRow: (item: T) => JsonObject,
): AsyncGenerator<JsonObject> {
  for await (const item of items) yield toRow(item);
}

export function plainColumns(keys: readonly string[]): readonly Column[] {
  return keys.map((key) => ({ key, title: key.replaceAll('_', ' ') }));
}
