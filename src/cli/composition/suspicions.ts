import type { Database } from '../../adapters/mysql/database.ts';
import type { Origin } from '../../domain/posting.ts';
import type { Suspicion } from '../../ports/check-requests.ts';
import type { Clock } from '../../ports/clock.ts';

/** A file of lines that all meet the same is one request, not one a line. */
const AGAIN_AFTER_MS = 10_000;

export interface SuspicionParts {
  readonly database: () => Promise<Database>;
  readonly clock: Clock;
  readonly origin: Origin;
}

/** Asks the workers for a check of what this process has met. */
export function createSuspicions({
  database,
  clock,
  origin,
}: SuspicionParts): (suspicion: Suspicion) => Promise<void> {
  const askedAtMs = new Map<string, number>();
  return async (suspicion) => {
    const about = JSON.stringify(suspicion.about);
    const nowMs = clock.monotonic();
    if (nowMs - (askedAtMs.get(about) ?? -Infinity) < AGAIN_AFTER_MS) return;
    askedAtMs.set(about, nowMs);
    const { createCheckRequests } =
      await import('../../adapters/mysql/reconcile/check-requests.ts');
    await createCheckRequests(await database()).ask(suspicion, origin);
  };
}
