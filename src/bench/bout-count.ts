/** Bouts of a run: in each round, and in the one to warm up, everybody plays for speed and for the last units. */
export function boutCount(competitors: number, rounds: number): number {
  return competitors * (rounds + 1) * 2;
}
