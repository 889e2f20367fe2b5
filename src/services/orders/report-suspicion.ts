import type { Suspicion } from '../../ports/check-requests.ts';
import type { OrderDependencies } from './dependencies.ts';

/** A buyer does not wait longer for it, whatever MySQL does. */
const WAIT_MS_MAX = 1_000;

/**
 * Has checked what ought not to be, if it can be noted in time: what the answer is does not depend on it,
 * and the check of the schedule comes in any case.
 */
export async function reportSuspicion(
  { clock, onSuspicion }: Pick<OrderDependencies, 'clock' | 'onSuspicion'>,
  suspicion: Suspicion,
): Promise<void> {
  if (onSuspicion === undefined) return;
  const ended = new AbortController();
  const noted = onSuspicion(suspicion)
    .catch(() => undefined)
    .finally(() => {
      ended.abort();
    });
  const timeIsUp = clock.sleep(WAIT_MS_MAX, ended.signal).catch(() => undefined);
  await Promise.race([noted, timeIsUp]);
}
