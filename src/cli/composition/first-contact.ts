import type { Config } from '../../config/config.ts';
import { backoffMs } from '../../lib/backoff.ts';
import { InvError } from '../../lib/errors.ts';
import type { Clock } from '../../ports/clock.ts';

export interface FirstContactOptions {
  readonly retry: Config['retry'];
  readonly clock: Clock;
  readonly report?: ((message: string) => void) | undefined;
}

/**
 * Asks a store that may be restarting a few times, with exponential backoff and jitter, under one
 * deadline. Only for first contact: nothing was sent yet, so nothing can happen twice.
 * @throws what the last attempt threw; anything but STORE_UNAVAILABLE at once
 */
export async function firstContact<T>(
  ask: () => Promise<T>,
  { retry, clock, report }: FirstContactOptions,
): Promise<T> {
  const deadline = clock.monotonic() + retry.totalMsMax;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const isDown = error instanceof InvError && error.code === 'STORE_UNAVAILABLE';
      const { baseMs, factor, attemptsMax } = retry;
      // Half of the pause is fixed, so that a store has time to come up.
      const pauseMs = (baseMs * factor ** (attempt - 1)) / 2;
      const waitMs =
        pauseMs + backoffMs(0, clock.random(), { baseMs: pauseMs, factor, maxMs: pauseMs });
      if (!isDown || attempt >= attemptsMax || clock.monotonic() + waitMs > deadline) throw error;
      report?.(`${error.message}; trying again (${String(attempt + 1)} of ${String(attemptsMax)})`);
      await clock.sleep(waitMs);
    }
  }
}
