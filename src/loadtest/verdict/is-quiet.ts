import type { LoadFacts } from '../../ports/load-books.ts';

/** Whether nothing will change any more: no unit is held, no event waits, and no pool is missing in Redis. */
export function isQuiet({ products, unsettled }: LoadFacts): boolean {
  const isOpen = products.some(
    ({ pool, gate }) => pool !== null && (gate === null || gate.held > 0),
  );
  return !isOpen && unsettled === 0;
}
