import { expect, it } from 'vitest';
import { openPatience } from '../../../src/services/orders/patience.ts';
import { openSeries } from '../../../src/services/orders/series.ts';
import { createVirtualClock } from '../loadtest/virtual-clock.ts';

const FENCED = { trouble: 'fenced', shard: 0 } as const;

/** The pauses of one request that waits for a fenced shard until its time is up, in milliseconds. */
async function pausesOf(budgetMs: number, random: number): Promise<readonly number[]> {
  const clock = { ...createVirtualClock(), random: () => random };
  const series = openSeries(clock, budgetMs);
  const limits = { budgetMs, retry: { attemptsMax: 3, baseMs: 10, factor: 2 } };
  const patience = openPatience({ clock, recover: null, limits }, series);
  const pauses: number[] = [];
  for (;;) {
    const beganMs = clock.monotonic();
    if ((await patience.wait(FENCED, { isAnswerLost: false })) !== null) break;
    pauses.push(Math.round(clock.monotonic() - beganMs));
  }
  const leftMs = series.remainingMs();
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(50);
  return pauses;
}

it('a request that waits long for a fenced shard asks less and less often, and to the end of its time', async () => {
  const pauses = await pausesOf(10_000, 0.999);
  expect(pauses.slice(0, 6)).toEqual([200, 350, 649, 999, 999, 999]);
  // Eight a second, as at first, would be eighty.
  expect(pauses.length).toBeLessThan(20);
  expect(await pausesOf(1_000, 0)).toEqual(new Array(19).fill(50));
});

it('an attempt that came too late does not hide what the time went by with', async () => {
  const clock = createVirtualClock();
  const limits = { budgetMs: 100, retry: { attemptsMax: 3, baseMs: 10, factor: 2 } };
  const open = () => openPatience({ clock, recover: null, limits }, openSeries(clock, 100));
  const late = { trouble: 'late' } as const;
  const patience = open();
  expect(await patience.wait({ trouble: 'corrupt' }, { isAnswerLost: false })).toBeNull();
  clock.pass(100);
  expect(await patience.wait(late, { isAnswerLost: false })).toEqual({ trouble: 'corrupt' });
  const unlucky = open();
  clock.pass(100);
  expect(await unlucky.wait(late, { isAnswerLost: false })).toEqual(late);
});
