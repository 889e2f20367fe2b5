import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { examine } from '../../../src/services/doctor/examine.ts';
import type { ExamineSources } from '../../../src/services/doctor/examine.ts';
import { waitForStores } from '../../../src/services/doctor/wait-for-stores.ts';
import type { StoreProbe } from '../../../src/services/doctor/wait-for-stores.ts';

/** Time passes only by sleeping, and then at once. */
function jumpingClock(): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: async (milliseconds, signal) => {
      // Whatever is under way gets its turn first.
      await setImmediate();
      signal?.throwIfAborted();
      nowMs += milliseconds;
    },
    random: () => 0.5,
  };
}

const machine = {
  nodeVersion: '22.0.0',
  home: '/h',
  folder: '/h',
  freeBytes: 1e12,
  isWritable: true,
  warnings: [],
  configFiles: [],
};

const never = new Promise<never>(() => {
  // It is never settled.
});

const sources: ExamineSources = {
  machine: () => Promise.resolve(machine),
  mysql: () =>
    Promise.resolve({ kind: 'unasked', severity: 'warn', message: 'not running', hint: 'start' }),
  redis: () =>
    Promise.resolve({ kind: 'unasked', severity: 'skipped', message: 'not set', hint: null }),
  pools: () => Promise.resolve([]),
};

describe('the examination', () => {
  test('ends when both stores hang, and says that they are unavailable', async () => {
    const { checks, isStoreUnavailable } = await examine(
      { ...sources, mysql: () => never, redis: () => never },
      jumpingClock(),
    );
    expect(isStoreUnavailable).toBe(true);
    expect(checks.filter(({ id }) => id.endsWith('.reachable'))).toEqual([
      {
        id: 'mysql.reachable',
        status: 'fail',
        message: 'MySQL gave no full answer within 10 s',
        hint: 'look at the address: inv config show --origin',
      },
      {
        id: 'redis.reachable',
        status: 'fail',
        message: 'Redis gave no full answer within 10 s',
        hint: 'look at the address: inv config show --origin',
      },
    ]);
  });

  test('shows none of the words of a driver that fails in an unknown way', async () => {
    const failing = Object.assign(new Error("SELECT 'geheim'"), { code: 'ER_ODD' });
    const { checks, isStoreUnavailable } = await examine(
      { ...sources, mysql: () => Promise.reject(failing) },
      jumpingClock(),
    );
    expect(isStoreUnavailable).toBe(false);
    expect(checks.find(({ id }) => id === 'mysql.reachable')).toMatchObject({
      status: 'fail',
      message: 'MySQL could not be looked at (ER_ODD)',
    });
    expect(JSON.stringify(checks)).not.toContain('geheim');
  });

  test('skips what cannot be asked of servers that do not run', async () => {
    const { checks, isStoreUnavailable } = await examine(sources, jumpingClock());
    expect(isStoreUnavailable).toBe(false);
    const mysql = checks.filter(({ id }) => id.startsWith('mysql.'));
    expect(mysql.map(({ status }) => status)).toEqual([
      'warn',
      ...mysql.slice(1).map(() => 'skipped'),
    ]);
    expect(
      checks.filter(({ id }) => id.startsWith('redis.')).every((c) => c.status === 'skipped'),
    ).toBe(true);
  });
});

describe('waiting for stores', () => {
  const unavailable = (): InvError => new InvError('STORE_UNAVAILABLE', 'mysql is away');

  function wait(probe: StoreProbe['ask'], timeoutMs = 5_000) {
    const reports: string[] = [];
    const waiting = waitForStores({
      probes: [{ store: 'mysql', ask: probe }],
      timeoutMs,
      clock: { ...jumpingClock() },
      signal: new AbortController().signal,
      report: (message) => reports.push(message),
    });
    return { waiting, reports };
  }

  test('asks again until the store answers', async () => {
    let asked = 0;
    const { waiting, reports } = wait(() => {
      asked += 1;
      return asked < 3 ? Promise.reject(unavailable()) : Promise.resolve('10.11');
    }, 1e9);
    expect(await waiting).toMatchObject([{ store: 'mysql', version: '10.11' }]);
    expect(reports).toEqual(['mysql is away', 'mysql is away']);
  });

  test.each([
    ['a refused login', new InvError('NOT_PERMITTED', 'wrong password')],
    ['a bad setting', new InvError('BAD_CONFIGURATION', 'no such database')],
    [
      'a program that is not installed',
      new InvError('STORE_UNAVAILABLE', 'none', { facts: { state: 'not-installed' } }),
    ],
  ])('ends at once for %s', async (_, error) => {
    await expect(wait(() => Promise.reject(error)).waiting).rejects.toBe(error);
  });

  test('ends with the last reason when the time is over', async () => {
    await expect(wait(() => Promise.reject(unavailable())).waiting).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'no answer within 5000 ms: mysql is away',
    });
  });

  test('ends when the store takes the question and never answers', async () => {
    await expect(wait(() => never).waiting).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'no answer within 5000 ms: mysql does not answer',
    });
  });
});
