/** A longer word is no slip of the fingers, and comparing it costs the product of the lengths. */
const WORD_CHARACTERS_MAX = 100;

/**
 * "Did you mean": the candidates that are few slips away from the word (letters typed wrong, missing, doubled
 * or swapped), nearest first, then those that begin with it. Letter case does not count.
 */
export function suggest(word: string, candidates: Iterable<string>, max = 3): string[] {
  const wanted = word.trim().toLowerCase();
  if (wanted === '' || wanted.length > WORD_CHARACTERS_MAX) return [];
  const distanceMax = slipsAllowed(wanted.length);
  const scored: { candidate: string; score: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const score = scoreOf(wanted, candidate.toLowerCase(), distanceMax);
    if (score !== undefined) scored.push({ candidate, score });
  }
  scored.sort((a, b) => a.score - b.score || compareText(a.candidate, b.candidate));
  return scored.slice(0, max).map(({ candidate }) => candidate);
}

/** The best suggestion, or undefined when nothing is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  return suggest(word, candidates, 1)[0];
}

function slipsAllowed(length: number): number {
  if (length <= 2) return 1;
  return length <= 5 ? 2 : 3;
}

function scoreOf(wanted: string, candidate: string, distanceMax: number): number | undefined {
  const distance = distanceWithin(wanted, candidate, distanceMax);
  // As many slips as there are letters would turn any word into any other.
  if (distance !== undefined && distance < Math.max(wanted.length, 2)) return distance;
  return wanted.length >= 2 && candidate.startsWith(wanted) ? distanceMax + 0.5 : undefined;
}

/**
 * Damerau–Levenshtein distance (optimal string alignment), or undefined once it must exceed the limit, which
 * for most candidates the lengths alone decide.
 */
function distanceWithin(a: string, b: string, limit: number): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let distance = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + cost,
      );
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped && row > 1 && column > 1) {
        distance = Math.min(distance, at(beforePrevious, column - 2) + 1);
      }
      current.push(distance);
      if (distance < best) best = distance;
    }
    if (best > limit) return undefined;
    beforePrevious = previous;
    previous = current;
  }
  const distance = at(previous, b.length);
  return distance <= limit ? distance : undefined;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

/** Code unit order: the same on every machine, unlike localeCompare. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
