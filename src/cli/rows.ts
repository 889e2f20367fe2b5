import type { JsonObject } from '../lib/json.ts';

/** Turns what a store streams into rows, one by one. */
export async function* mapRows<T>(
  items: AsyncIterable<T>,
  toRow: (item: T) => JsonObject,
): AsyncGenerator<JsonObject> {
  for await (const item of items) yield toRow(item);
}
