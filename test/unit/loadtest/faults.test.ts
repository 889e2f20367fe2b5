import { describe, expect, it } from 'vitest';
import { must } from '../../../src/domain/parse/parsed.ts';
import { applyFaults } from '../../../src/loadtest/faults/apply-faults.ts';
import { judgeFaults, lateFault } from '../../../src/loadtest/faults/judge-faults.ts';
import { parseFault } from '../../../src/loadtest/faults/parse-fault.ts';
import type { Fault } from '../../../src/loadtest/faults/parse-fault.ts';
import { planSettings } from '../../../src/loadtest/workload/plan-settings.ts';
import { faultText } from '../../../src/report/load/fault-text.ts';
import { SAMPLE } from '../report/sample-document.ts';
import { createVirtualClock } from './virtual-clock.ts';

const fault = (text: string): Fault => must(parseFault(text), 'fault');

describe('a fault that lies beyond the schedule', () => {
  const { phases } = must(
    planSettings({ seed: 1, profile: 'constant', durationMs: 6_000, warmUpMs: 1_000 }),
    'options',
  );

  it.each(['redis-restart@6s', 'kill-worker@9s', 'mysql-latency=1ms@6s..7s'])(
    '%s would never happen, and is named with the time there is',
    (text) => {
      expect(lateFault([fault('kill-worker@1s'), fault(text)], phases)).toBe(
        `${text}: the load takes 6s after the warm-up, so it would never happen`,
      );
    },
  );

  it.each(['redis-restart@5999ms', 'mysql-latency=1ms@5s..9s'])('%s does happen', (text) => {
    expect(lateFault([fault(text)], phases)).toBeUndefined();
  });
});

describe('what became of a fault', () => {
  const clock = createVirtualClock();
  const nothing = (): Promise<void> => Promise.resolve();
  const actions = { crashRedis: nothing, crashWorker: nothing, delayMysql: () => undefined };

  it('is said of one that did not happen, which makes the run invalid', async () => {
    const over = new AbortController();
    const applied = applyFaults([fault('kill-worker@1s'), fault('redis-restart@50s')], {
      ...{ clock, zeroMs: clock.monotonic(), warmUpMs: 0, signal: over.signal },
      actions: {
        ...actions,
        crashWorker: () => {
          over.abort();
          return Promise.resolve();
        },
      },
    });
    const records = await applied;
    expect(records.map(({ fault: text, atMs }) => [text, atMs === null])).toEqual(
      expect.arrayContaining([
        ['kill-worker@1s', false],
        ['redis-restart@50s', true],
      ]),
    );
    expect(judgeFaults(records)).toEqual([
      'the fault redis-restart@50s: did not happen: the run was over first',
    ]);
  });

  it('and of one that failed', async () => {
    const records = await applyFaults([fault('redis-restart@1s')], {
      ...{ clock, zeroMs: clock.monotonic(), warmUpMs: 0, signal: new AbortController().signal },
      actions: { ...actions, crashRedis: () => Promise.reject(new Error('it does not come up')) },
    });
    expect(judgeFaults(records)).toEqual(['the fault redis-restart@1s: it does not come up']);
  });

  it('is told by the clock that it was asked by', () => {
    const document = { schedule: { ...SAMPLE.schedule, warm_up_ms: 1_000 } };
    const done = { fault: 'redis-restart@1s', at_ms: 2_001, until_ms: 2_420, problem: null };
    expect(faultText(done, document)).toBe('from 1.0 s to 1.4 s after the warm-up');
    const never = { ...done, at_ms: null, until_ms: null, problem: 'did not happen' };
    expect(faultText(never, document)).toBe('did not happen');
  });
});
