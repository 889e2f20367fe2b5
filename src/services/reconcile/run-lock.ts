import { InvError } from '../../lib/errors.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/** The lock of which one run at a time has hold. */
const LOCK = 'reconcile';

/**
 * One run at a time: two would seal and mend the same twice.
 * @throws InvError BUSY when another run does not end in time
 */
export async function alone<T>(
  { locks }: Pick<ReconcileDependencies, 'locks'>,
  { waitMs }: { readonly waitMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const lock = await locks.take(LOCK, { waitMs });
  if (lock === null) {
    throw new InvError('BUSY', 'another reconciliation is running', {
      hint: 'run it again later, or let it wait: inv reconcile --wait 5m',
    });
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
