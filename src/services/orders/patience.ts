import { backoffMs } from '../../lib/backoff.ts';
import type { RecoverOutcome } from '../pools/recover-outcome.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { Series } from './series.ts';
import type { Trouble } from './units-answer.ts';

/** A fenced shard is given so long to be recovered by a worker. */
const RECOVER_AFTER_MS = 1000;

const UNREACHED_PAUSE_MS_MAX = 2000;

/**
 * Between attempts at a store that answers and does not serve: it comes back in a moment. Those that wait
 * longer ask less often, because thousands of them would keep themselves and the store from coming back.
 */
const PAUSE_MS_MIN = 50;
const PAUSE_GROWTH = { baseMs: 150, factor: 2, maxMs: 950 };

/** How long one request goes on asking. */
export interface Patience {
  /**
   * Waits before another attempt, and has a fenced shard recovered where nobody else does.
   * @param isAnswerLost an answer of our own was lost: then it is worth going on to the end
   * @returns null: ask again. Else what it came to: the time is up, a store was not reached often enough,
   *   or the shard turned out to be frozen, which no waiting ends
   */
  wait(trouble: Trouble, options: { readonly isAnswerLost: boolean }): Promise<Trouble | null>;
}

export function openPatience(
  dependencies: Pick<OrderDependencies, 'clock' | 'recover' | 'limits'>,
  series: Series,
): Patience {
  const { clock, recover } = dependencies;
  const { attemptsMax, baseMs, factor } = dependencies.limits.retry;
  let unreached = 0;
  let unserved = 0;
  let fencedSinceMs: number | null = null;
  let told: Trouble | null = null;
  let mayRecover = recover !== null;

  /** It may fail in its own way, or another may be at it: we go on asking. */
  const recoverOnce = async (shard: number): Promise<RecoverOutcome | undefined> => {
    fencedSinceMs ??= clock.monotonic();
    const isDue = clock.monotonic() - fencedSinceMs >= RECOVER_AFTER_MS;
    if (recover === null || !mayRecover || !isDue) return undefined;
    mayRecover = false;
    const ended = new AbortController();
    const recovered = recover(shard)
      .catch(() => undefined)
      .finally(() => {
        ended.abort();
      });
    const timeIsUp = clock.sleep(Math.max(0, series.remainingMs()), ended.signal).then(
      () => undefined,
      () => undefined,
    );
    return Promise.race([recovered, timeIsUp]);
  };

  return {
    wait: async (trouble, { isAnswerLost }) => {
      // That an attempt came too late says less than what the time went by with.
      if (trouble.trouble !== 'late') told = trouble;
      const end = told ?? trouble;
      if (trouble.trouble === 'fenced') {
        const { shard } = trouble;
        if ((await recoverOnce(shard))?.status === 'frozen') return { trouble: 'frozen', shard };
      }
      const pause = async (milliseconds: number): Promise<Trouble | null> =>
        (await series.pause(milliseconds)) ? null : end;
      if (trouble.trouble !== 'unavailable') {
        unreached = 0;
        unserved += 1;
        const growingMs = PAUSE_MS_MIN + backoffMs(unserved - 1, clock.random(), PAUSE_GROWTH);
        // A long pause must not cost the last attempts of a series.
        return pause(Math.min(growingMs, Math.max(PAUSE_MS_MIN, series.remainingMs() / 2)));
      }
      unreached += 1;
      if (!isAnswerLost && unreached >= attemptsMax) return trouble;
      const growth = { baseMs, factor, maxMs: UNREACHED_PAUSE_MS_MAX };
      return pause(backoffMs(unreached - 1, clock.random(), growth));
    },
  };
}
