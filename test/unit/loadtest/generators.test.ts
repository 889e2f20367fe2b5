import { describe, expect, it } from 'vitest';
import { invocationAt } from '../../../src/loadtest/history/history.ts';
import { applyFaults } from '../../../src/loadtest/faults/apply-faults.ts';
import { parseFault } from '../../../src/loadtest/faults/parse-fault.ts';
import { conduct } from '../../../src/loadtest/runner/conduct.ts';
import {
  boundsFor,
  judgeGenerator,
  usualLagMsMax,
} from '../../../src/loadtest/runner/judge-generator.ts';
import type { LoadRun } from '../../../src/loadtest/runner/load-run.ts';
import { mergeRuns } from '../../../src/loadtest/runner/merge-runs.ts';
import { countOutcomes } from '../../../src/loadtest/runner/outcome-counts.ts';
import { must } from '../../../src/domain/parse/parsed.ts';
import { InvError } from '../../../src/lib/errors.ts';
import type { LoadAnswer } from '../../../src/ports/load-target.ts';
import { planSettings } from '../../../src/loadtest/workload/plan-settings.ts';
import type { LoadOptions } from '../../../src/loadtest/workload/plan-settings.ts';
import { ACCEPTED, begin, percentiles, PLAIN } from './run.ts';
import { createVirtualClock } from './virtual-clock.ts';

const BUSY: Partial<LoadOptions> = {
  ...{ profile: 'constant', ratePerSecond: 400, durationMs: 1_000, warmUpMs: 100 },
  ...{ retryShare: 0.3, duplicateShare: 0.2, holdShare: 0.3, holdMs: 200, buyers: 50 },
};

/** The part of each of `count` generators; every third order is refused. */
function runInParts(count: number): Promise<LoadRun[]> {
  const parts = Array.from({ length: count }, (_, index) => {
    const clock = createVirtualClock();
    const answer = async (request: { action: string; requestId: string }): Promise<LoadAnswer> => {
      await clock.sleep(5);
      if (request.action === 'hold') return { status: 'held', isReplay: false, remaining: null };
      if (request.action === 'cancel') return { status: 'cancelled', isReplay: false };
      const isRefused = Number.parseInt(request.requestId.slice(-8), 36) % 3 === 0;
      return isRefused ? { status: 'refused', reason: 'sold_out', isReplay: false } : ACCEPTED;
    };
    return begin(BUSY, { target: answer, clock, partition: { index, count } }).done;
  });
  return Promise.all(parts);
}

describe('several generators of one run', () => {
  const single = runInParts(1).then((parts) => mergeRuns(parts));
  const several = Promise.all([2, 3].map(runInParts));

  it('have one plan, and make each of its starts once between them', async () => {
    const alone = await single;
    for (const parts of await several) {
      const merged = mergeRuns(parts);
      expect(merged.planHash).toBe(alone.planHash);
      expect(merged.counts).toEqual(alone.counts);
      expect(merged.warmUp).toEqual(alone.warmUp);
      expect(countOutcomes(merged.history)).toEqual(countOutcomes(alone.history));
      expect(startsOf(merged)).toEqual(startsOf(alone));
      expect(parts.every(({ counts }) => counts.started > 50)).toBe(true);
    }
  });

  it('merge histograms as histograms: the percentiles are those of all latencies', async () => {
    const alone = await single;
    const shares = [0.01, 0.5, 0.9, 0.99, 1];
    for (const parts of await several) {
      const { histograms, series } = mergeRuns(parts);
      expect(histograms.latency.count).toBe(alone.histograms.latency.count);
      const expected = percentiles(alone.histograms.latency, shares);
      percentiles(histograms.latency, shares).forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at]!, 0);
      });
      expect(series.columns.offered).toEqual(alone.series.columns.offered);
    }
  });

  function startsOf({ history }: LoadRun): readonly string[] {
    return Array.from({ length: history.size }, (_, row) => {
      const { request, kind, action } = invocationAt(history, row);
      return `${request} ${kind} ${action}`;
    }).sort();
  }
});

describe('the generator as the limit', () => {
  const SECOND = { ...PLAIN, ratePerSecond: 100, durationMs: 1_000 } as const;

  it('drops starts instead of queueing them, and says so', async () => {
    const clock = createVirtualClock();
    const slow = async (): Promise<LoadAnswer> => {
      await clock.sleep(500);
      return ACCEPTED;
    };
    const run = await begin(SECOND, { target: slow, clock, limits: { inFlightMax: 10 } }).done;
    expect(run.counts).toMatchObject({ offered: 100, started: 20, dropped: 80 });
    expect(judgeGenerator(run, boundsFor(20))).toEqual([
      '80 of 100 starts were dropped (80.0 %): too many were in flight',
    ]);
  });

  it('is no limit where the system alone is slow', async () => {
    const clock = createVirtualClock();
    const slow = async (): Promise<LoadAnswer> => {
      await clock.sleep(2_000);
      return ACCEPTED;
    };
    const run = await begin(SECOND, { target: slow, clock }).done;
    expect([run.counts.dropped, judgeGenerator(run, boundsFor(20))]).toEqual([0, []]);
    expect(percentiles(run.histograms.latency, [0.5])[0]).toBeGreaterThan(1_990);
  });
});

describe('how late starts may be where nobody has said so', () => {
  const phasesOf = (options: Partial<LoadOptions>) =>
    must(planSettings({ seed: 1, ...options }), 'options').phases;

  it.each([
    ['a steady load', { profile: 'constant', durationMs: 60_000 }, 20],
    ['a spike on a load that goes on', { profile: 'spike', durationMs: 60_000 }, 20],
    ['a rush of five seconds', { profile: 'flash', buyers: 50_000, windowMs: 5_000 }, 250],
    ['a rush of a tenth of a second', { profile: 'flash', buyers: 100, windowMs: 100 }, 20],
  ] as const)('%s', (_what, options, lagMs) => {
    expect(usualLagMsMax(phasesOf(options))).toBe(lagMs);
  });

  it('a generator that is later than that was the limit', async () => {
    const clock = createVirtualClock();
    const phases = phasesOf({ profile: 'flash', buyers: 100, windowMs: 1_000 });
    // Each start takes the generator itself 20 ms, so that a hundred of them take two seconds.
    const busy = (): Promise<LoadAnswer> => {
      clock.pass(20);
      return Promise.resolve(ACCEPTED);
    };
    const rush = { ...PLAIN, profile: 'flash', buyers: 100, windowMs: 1_000 } as const;
    const run = await begin(rush, { target: busy, clock }).done;
    const reasons = judgeGenerator(run, boundsFor(usualLagMsMax(phases)));
    expect(reasons[0]).toMatch(/^starts were late: .* \(bound 50 ms\)$/);
    expect(reasons[1]).toMatch(/^the rate was not reached/);
  });
});

describe('what failed', () => {
  it('is an error when nothing was executed, unknown otherwise, and asked for again until it is known', async () => {
    const clock = createVirtualClock();
    const asked = new Map<string, number>();
    const failing = ({ requestId }: { requestId: string }): Promise<LoadAnswer> => {
      const times = (asked.get(requestId) ?? 0) + 1;
      asked.set(requestId, times);
      const number = Number.parseInt(requestId.slice(-8), 36);
      if (number === 1) throw new InvError('STORE_UNAVAILABLE', 'nothing was executed');
      if (number === 2 && times < 3) throw new InvError('OUTCOME_UNKNOWN', 'who knows');
      return Promise.resolve(ACCEPTED);
    };
    const options = { ...PLAIN, ratePerSecond: 10, durationMs: 1_000 } as const;
    const run = await begin(options, { target: failing, clock }).done;
    const { accepted, errors, unknown } = countOutcomes(run.history);
    expect({ accepted, errors, unknown }).toEqual({ accepted: 9, errors: 1, unknown: 1 });
    expect([...asked.values()].sort()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 3]);
    expect(run.failures).toEqual(['nothing was executed', 'who knows']);
  });
});

describe('a run that is conducted', () => {
  it('counts the time to settle from the last answer', async () => {
    const clock = createVirtualClock();
    let backlog = 5;
    const conducted = await conduct({
      clock,
      leadMs: 10,
      settleMs: 10_000,
      gauge: {
        read: () => {
          if (clock.monotonic() > 1_500) backlog = 0;
          return Promise.resolve({ unitsLeft: 1, backlog });
        },
      },
      generate: (startAtMs) => {
        const target = (): Promise<LoadAnswer> => Promise.resolve(ACCEPTED);
        const options = { ...PLAIN, ratePerSecond: 10, durationMs: 1_000 } as const;
        return [begin(options, { target, clock, startAtMs }).done];
      },
    });
    expect(conducted.run.counts.started).toBe(10);
    expect(conducted.settledAfterMs).toBeGreaterThan(400);
    expect(conducted.settledAfterMs).toBeLessThan(800);
    expect(conducted.readings.length).toBeGreaterThan(10);
  });
});

describe('faults', () => {
  it('come at their times after the warm-up; one that is not due by the end is said not to have happened', async () => {
    const clock = createVirtualClock();
    const over = new AbortController();
    const log: string[] = [];
    const note = (what: string): void => {
      log.push(`${what} at ${Math.round(clock.monotonic() / 100) * 100}`);
    };
    const texts = ['kill-worker@200ms', 'redis-restart@300ms', 'mysql-latency=50ms@100ms..400ms'];
    const applied = applyFaults(
      [...texts, 'kill-worker@9s'].map((text) => must(parseFault(text), 'fault')),
      {
        ...{ clock, zeroMs: clock.monotonic(), warmUpMs: 1_000, signal: over.signal },
        actions: {
          crashRedis: () => Promise.reject(new Error('it does not come back')),
          crashWorker: () => {
            note('worker');
            return Promise.resolve();
          },
          delayMysql: (roundTripMs) => note(`delay ${roundTripMs}`),
        },
      },
    );
    await clock.sleep(2_000);
    over.abort();
    const records = await applied;
    expect(log).toEqual(['delay 50 at 1100', 'worker at 1200', 'delay 0 at 1400']);
    expect(records.map(({ fault, problem }) => [fault, problem])).toEqual([
      ['kill-worker@200ms', null],
      ['redis-restart@300ms', 'it does not come back'],
      ['mysql-latency=50ms@100ms..400ms', null],
      ['kill-worker@9s', 'did not happen: the run was over first'],
    ]);
  });
});
