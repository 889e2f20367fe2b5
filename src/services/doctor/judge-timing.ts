import { ok, warn } from './check.ts';
import type { Check } from './check.ts';

/** A command sends one to a few statements; from here on, it is the network that people feel. */
const LATENCY_MS_MAX = 50;
/** Times in the ledger come from both clocks. */
const CLOCK_OFFSET_MS_MAX = 2_000;

export function judgeLatency(id: string, store: string, latencyMs: number): Check {
  const shown = `a round trip to ${store} takes ${latencyMs.toFixed(latencyMs < 10 ? 2 : 0)} ms`;
  return latencyMs <= LATENCY_MS_MAX
    ? ok(id, shown)
    : warn(id, shown, 'run inv nearer to the store, and lists as files (--from FILE)');
}

export function judgeClock(id: string, store: string, offsetMs: number): Check {
  const seconds = (Math.abs(offsetMs) / 1000).toFixed(1);
  const direction = offsetMs > 0 ? 'ahead of' : 'behind';
  return Math.abs(offsetMs) <= CLOCK_OFFSET_MS_MAX
    ? ok(id, `the clock of ${store} agrees with this machine's`)
    : warn(
        id,
        `the clock of ${store} is ${seconds} s ${direction} this machine's`,
        'let both machines keep time with NTP',
      );
}
