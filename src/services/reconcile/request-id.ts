import type { NumberedFinding } from '../../ports/repairs.ts';

/** Every repair has an id of its own, which is that of its finding: a second one changes nothing. */
export function requestIdOf(foundBy: string, { number }: Pick<NumberedFinding, 'number'>): string {
  return `reconcile:${foundBy}:${number}`;
}
