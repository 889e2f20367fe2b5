import { parseDuration } from '../../domain/parse/duration.ts';
import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import { shown } from '../../domain/parse/shown.ts';

/** Something that goes wrong on purpose; times count from the end of the warm-up. */
export type Fault =
  | { readonly kind: 'redis-restart' | 'kill-worker'; readonly text: string; readonly atMs: number }
  | {
      readonly kind: 'mysql-latency';
      readonly text: string;
      /** Added to every round trip. */
      readonly delayMs: number;
      readonly atMs: number;
      readonly untilMs: number;
    };

const DELAY_BOUNDS = { maxMs: 60_000 };

/** `redis-restart@3s`, `kill-worker@4s` or `mysql-latency=200ms@2s..5s`. */
export function parseFault(text: string): Parsed<Fault> {
  const moment = /^(redis-restart|kill-worker)@(\w+)$/.exec(text);
  if (moment !== null) {
    const at = parseDuration(moment[2] ?? '', { minMs: 0 });
    if (!at.ok) return refused(`${shown(text)}: ${at.message}`);
    const kind = moment[1] === 'redis-restart' ? 'redis-restart' : 'kill-worker';
    return parsed({ kind, text, atMs: at.value });
  }
  const span = /^mysql-latency=(\w+)@(\w+)\.\.(\w+)$/.exec(text);
  if (span === null) {
    return refused(
      `${shown(text)} is not a fault: write redis-restart@3s, kill-worker@4s or mysql-latency=200ms@2s..5s`,
    );
  }
  const delay = parseDuration(span[1] ?? '', DELAY_BOUNDS);
  const at = parseDuration(span[2] ?? '', { minMs: 0 });
  const until = parseDuration(span[3] ?? '');
  for (const part of [delay, at, until]) {
    if (!part.ok) return refused(`${shown(text)}: ${part.message}`);
  }
  const [delayMs = 0, atMs = 0, untilMs = 0] = [delay, at, until].map((part) =>
    part.ok ? part.value : 0,
  );
  if (untilMs <= atMs) return refused(`${shown(text)} ends before it begins`);
  return parsed({ kind: 'mysql-latency', text, delayMs, atMs, untilMs });
}
