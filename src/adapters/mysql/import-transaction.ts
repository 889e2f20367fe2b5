import { InvError } from '../../lib/errors.ts';
import { Rollback } from './database.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './errors.ts';
import type { Session } from './session.ts';

/** Runs of one batch when other writers bring the same codes at the same time. */
const ATTEMPTS_MAX = 10;

/** Thrown inside a transaction: what was looked up is no longer so; look again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/**
 * One transaction of an import. Another importer of the same codes shows as a duplicate key, or as
 * Overtaken; the whole batch is then decided again, and finds what the other one has written.
 */
export async function importTransaction<T>(
  database: Database,
  work: (session: Session) => Promise<{ readonly value: T; readonly keep: boolean }>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction(async (session) => {
        const { value, keep } = await work(session);
        if (!keep) throw new Rollback(value);
        return value;
      });
    } catch (error) {
      if (!isDuplicateKey(error) && !(error instanceof Overtaken)) throw error;
      if (attempt >= ATTEMPTS_MAX) throw busy(error);
    }
  }
}

function busy(cause: unknown): InvError {
  return new InvError('BUSY', 'other imports keep writing the same codes', {
    hint: 'run it again: what is imported is not imported twice',
    cause,
  });
}
