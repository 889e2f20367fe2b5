import { describe, expect, it } from 'vitest';
import { nextAfter, parseCron } from '../../../src/domain/cron.ts';
import { must } from '../../../src/domain/parse/parsed.ts';

describe('a schedule', () => {
  it.each([
    ['0 2 * * *', '2026-11-26T01:59:59.999Z', '2026-11-26T02:00:00.000Z'],
    ['0 2 * * *', '2026-11-26T02:00:00.000Z', '2026-11-27T02:00:00.000Z'],
    ['*/15 * * * *', '2026-11-26T23:46:00.000Z', '2026-11-27T00:00:00.000Z'],
    ['5,35 8-10 * * *', '2026-11-26T10:36:00.000Z', '2026-11-27T08:05:00.000Z'],
    ['30 4 1 * *', '2026-11-26T00:00:00.000Z', '2026-12-01T04:30:00.000Z'],
    ['0 0 * * 0', '2026-11-26T00:00:00.000Z', '2026-11-29T00:00:00.000Z'],
    ['0 0 * * 7', '2026-11-26T00:00:00.000Z', '2026-11-29T00:00:00.000Z'],
    ['0 0 13 * 5', '2026-11-26T00:00:00.000Z', '2026-11-27T00:00:00.000Z'],
    ['0 0 29 2 *', '2026-11-26T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['10/20 * * * *', '2026-11-26T00:31:00.000Z', '2026-11-26T00:50:00.000Z'],
  ])('%s after %s is due at %s', (text, after, due) => {
    const schedule = must(parseCron(text), 'schedule');
    expect(new Date(nextAfter(schedule, Date.parse(after)) ?? 0).toISOString()).toBe(due);
  });

  it('that is never due says so', () => {
    expect(nextAfter(must(parseCron('0 0 30 2 *'), 'schedule'), 0)).toBeNull();
  });

  it.each(['', '* * * *', '60 * * * *', '* 24 * * *', '5-1 * * * *', '*/0 * * * *', 'a * * * *'])(
    '%j is refused',
    (text) => {
      expect(parseCron(text).ok).toBe(false);
    },
  );
});
