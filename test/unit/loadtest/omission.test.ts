import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { DEFAULT_BOUNDS, judgeGenerator } from '../../../src/loadtest/runner/judge-generator.ts';
import type { LoadAnswer, LoadTarget } from '../../../src/ports/load-target.ts';
import { ACCEPTED, begin, percentiles, PLAIN } from './run.ts';
import { createVirtualClock } from './virtual-clock.ts';

/**
 * A second of 1,000 starts, in which the system stops for 300 ms. Whoever came meanwhile waits until
 * the end of the stall: 30 % of the starts, evenly from 300 ms down to 0. So of all starts, a share of
 * 0.7 + s × 0.3 is below s × 300 ms, which is what wrk2 would show; a tool that waits for one answer
 * before it sends the next sees a single slow request, and a 99th percentile of nothing.
 */
const SECOND = { ...PLAIN, ratePerSecond: 1_000, durationMs: 1_000 } as const;
const SHARES = [0.5, 0.69, 0.8, 0.9, 0.99, 0.999];
const EXPECTED_MS = [0, 0, 100, 200, 290, 299];

const REQUEST = {
  action: 'order',
  requestId: 'closed',
  isFresh: true,
  buyer: 'b',
  product: 0,
  quantity: 1,
  holdMs: 0,
} as const;

const STALL = { fromMs: 350, untilMs: 650 } as const;

describe('a system that stops answering for 300 ms, in computed time', () => {
  const clock = createVirtualClock();
  const beganMs = clock.monotonic() + 10;
  const stalling = async (): Promise<LoadAnswer> => {
    const atMs = clock.monotonic() - beganMs;
    if (atMs >= STALL.fromMs && atMs < STALL.untilMs) await clock.sleep(STALL.untilMs - atMs);
    return ACCEPTED;
  };
  const run = begin(SECOND, { target: stalling, clock }).done;

  it('shows the whole wait of everybody who came meanwhile', async () => {
    const { counts, histograms } = await run;
    expect(counts).toMatchObject({ offered: 1_000, started: 1_000, dropped: 0 });
    const latencies = percentiles(histograms.latency, SHARES);
    latencies.forEach((latencyMs, index) => {
      expect(Math.abs(latencyMs - EXPECTED_MS[index]!), `p${SHARES[index]! * 100}`).toBeLessThan(2);
    });
  });

  it('goes on starting in time, so that service time and latency agree', async () => {
    const { histograms, health } = await run;
    const [lagMsP50 = 1, lagMsP99 = 1] = percentiles(histograms.lag, [0.5, 0.99]);
    expect(lagMsP50).toBeLessThan(0.05);
    expect(lagMsP99).toBeLessThan(0.2);
    expect(percentiles(histograms.service, [0.99])[0]).toBeGreaterThan(285);
    expect(health.dispatchedMs / health.plannedMs).toBeCloseTo(1, 3);
  });

  it('puts the slow answers into the slot of the series in which they came', async () => {
    const { series } = await run;
    expect(series.columns.started.slice(0, 10)).toEqual(new Array(10).fill(100));
    // Half of the fourth slot is before the stall.
    expect(series.columns.answered.slice(0, 10)).toEqual([
      100, 100, 100, 50, 0, 0, 350, 100, 100, 100,
    ]);
    expect(series.latency[4]).toBeNull();
    expect(series.latency[6]?.max).toBeGreaterThan(295);
  });
});

describe('a stall that stops the generator itself, in computed time', () => {
  const clock = createVirtualClock();
  let calls = 0;
  const blocking = (): Promise<LoadAnswer> => {
    calls += 1;
    if (calls === 350) clock.pass(300);
    return Promise.resolve(ACCEPTED);
  };
  const run = begin(SECOND, { target: blocking, clock }).done;

  it('counts the wait from the intended start, although the service time hides it', async () => {
    const { histograms, counts } = await run;
    expect(counts.started).toBe(1_000);
    const latencies = percentiles(histograms.latency, SHARES);
    latencies.forEach((latencyMs, index) => {
      expect(Math.abs(latencyMs - EXPECTED_MS[index]!), `p${SHARES[index]! * 100}`).toBeLessThan(4);
    });
    // What a tool with coordinated omission reports of the same run.
    const [p99 = 1, max = 1] = percentiles(histograms.service, [0.99, 1]);
    expect(p99).toBeLessThan(0.5);
    expect(max).toBeGreaterThan(299);
  });

  it('is no valid run: the generator was late itself', async () => {
    const reasons = judgeGenerator(await run, DEFAULT_BOUNDS);
    expect(reasons).toEqual([expect.stringMatching(/^starts were late: 2[89]\d\.\d ms/)]);
  });
});

describe('a system that stops answering for 300 ms, in real time', () => {
  /** Answers when its event loop comes round, except during the stall. */
  function stallingTarget(beganMs: number): LoadTarget['start'] {
    return async () => {
      const atMs = systemClock.monotonic() - beganMs;
      if (atMs >= STALL.fromMs && atMs < STALL.untilMs) {
        await systemClock.sleep(STALL.untilMs - atMs);
      } else {
        await new Promise(setImmediate);
      }
      return ACCEPTED;
    };
  }

  it(
    'shows to an open loop, and hides from a closed one',
    { timeout: 20_000, retry: 2 },
    async () => {
      const zeroMs = systemClock.monotonic() + 10;
      const { histograms } = await begin(SECOND, {
        target: stallingTarget(zeroMs),
        clock: systemClock,
      }).done;
      const [p80 = 0, p90 = 0, p99 = 0] = percentiles(histograms.latency, [0.8, 0.9, 0.99]);
      const closed = await closedLoop(stallingTarget(systemClock.monotonic()));
      // A busy machine adds to these; nothing takes away from them but the timer's millisecond.
      expect([p80 > 90, p90 > 190, p99 > 280]).toEqual([true, true, true]);
      expect(closed.slow).toBeLessThanOrEqual(3);
      expect(closed.p99).toBeLessThan(p99 / 3);
    },
  );

  /** One request after the other, as most tools do it. */
  async function closedLoop(start: LoadTarget['start']): Promise<{ p99: number; slow: number }> {
    const latencies: number[] = [];
    const beganMs = systemClock.monotonic();
    while (systemClock.monotonic() - beganMs < 1_000) {
      const sentMs = systemClock.monotonic();
      await start(REQUEST);
      latencies.push(systemClock.monotonic() - sentMs);
    }
    latencies.sort((a, b) => a - b);
    const slow = latencies.filter((latencyMs) => latencyMs > 250).length;
    return { p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0, slow };
  }
});
