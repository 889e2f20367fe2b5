import { choice, integer, text } from './setting.ts';
import type { Setting } from './setting.ts';

const MILLISECONDS = 'milliseconds';

/** The part of SETTINGS that says how stock is booked. */
export const STOCK_SETTINGS = {
  'stock.location': text(
    {
      default: 'MAIN',
      pattern: /^[A-Z0-9][A-Z0-9._:/-]{0,63}$/,
      wants: 'a location code: capital letters, digits and . _ : / -, at most 64',
    },
    'Location that is meant when a command names none.',
  ),
  'stock.strategy': choice(
    {
      default: 'conditional',
      choices: ['conditional', 'pessimistic', 'optimistic', 'lock', 'lua'],
      flag: '--strategy',
    },
    'How a deduction is guarded: in MySQL by a guarded UPDATE, a row lock, or a version check with retries; lock: by a lock in Redis; lua: by Redis, from a pool.',
  ),
  'stock.optimistic_attempts_max': integer(
    { default: 50, min: 1, max: 10_000, unit: 'attempts' },
    'Attempts of the optimistic strategy before it answers "busy".',
  ),
  'stock.lock_ttl_ms': integer(
    { default: 5000, min: 100, max: 600_000, unit: MILLISECONDS },
    'Life of a lock of the strategy lock, extended while its owner works; that of a dead owner is in the way so long.',
  ),
  'stock.lock_wait_ms': integer(
    { default: 10_000, min: 0, max: 600_000, unit: MILLISECONDS },
    'Longest wait of the strategy lock for its locks before it answers "busy".',
  ),
} satisfies Record<string, Setting>;
