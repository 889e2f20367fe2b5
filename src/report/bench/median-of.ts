/** Where figures come from, in words. */
export function medianOf(rounds: number): string {
  return rounds === 1 ? 'one round' : `median of ${String(rounds)} rounds`;
}
