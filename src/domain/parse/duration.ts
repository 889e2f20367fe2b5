import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { shown } from './shown.ts';

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

export interface DurationBounds {
  /** Default 1 ms. */
  readonly minMs?: number;
  /** Default 366 days. */
  readonly maxMs?: number;
}

/** `500ms`, `5s`, `15m`, `2h`, `1d` in milliseconds. A number without a unit is refused: of what? */
export function parseDuration(text: string, bounds: DurationBounds = {}): Parsed<number> {
  const { minMs = 1, maxMs = 366 * 86_400_000 } = bounds;
  const match = /^(0|[1-9][0-9]{0,14})(ms|s|m|h|d)$/.exec(text);
  const unitMs = UNIT_MS.get(match?.[2] ?? '');
  if (match === null || unitMs === undefined) return refused(reasonAgainst(text));
  const durationMs = Number(match[1]) * unitMs;
  if (durationMs < minMs) return refused(`${shown(text)} is shorter than ${formatDuration(minMs)}`);
  if (durationMs > maxMs) return refused(`${shown(text)} is longer than ${formatDuration(maxMs)}`);
  return parsed(durationMs);
}

/** The shortest exact text of whole milliseconds: 90000 → `90s`, 7200000 → `2h`. */
export function formatDuration(durationMs: number): string {
  for (const [unit, unitMs] of [...UNIT_MS].reverse()) {
    if (durationMs !== 0 && durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  }
  return `${durationMs}ms`;
}

function reasonAgainst(text: string): string {
  if (/^[0-9]{1,15}$/.test(text)) return `${shown(text)} has no unit; write ${text}s or ${text}ms`;
  return `${shown(text)} is not a duration such as 500ms, 5s, 15m, 2h or 1d`;
}
