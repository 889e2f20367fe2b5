import { keyText } from '../domain/decide.ts';
import type { Balance, StockChange } from '../domain/decide.ts';
import { assert } from '../lib/assert.ts';

/** The balances after the changes, where nobody else can have changed them since they were read. */
export function afterChanges(
  changes: readonly StockChange[],
  read: ReadonlyMap<string, Balance>,
): ReadonlyMap<string, Balance> {
  return new Map(
    changes.map((change) => {
      const balance = read.get(keyText(change));
      assert(balance !== undefined, 'a changed stock row was read before');
      return [keyText(change), { ...balance, onHand: balance.onHand + change.delta }] as const;
    }),
  );
}
