import type { WriteContext } from '../../ports/write-context.ts';
import { Rollback } from './database.ts';
import type { Database } from './database.ts';
import type { Parameter, Session } from './session.ts';

/** One transaction; a dry run takes the same path and is rolled back at its end. */
export function unitOfWork<T>(
  database: Database,
  write: WriteContext,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return database.transaction(async (session) => {
    const value = await work(session);
    if (write.dryRun) throw new Rollback(value);
    return value;
  });
}

/** The columns `actor, host, source, request_id` of a row about to be written. */
export function signature({ origin, requestId }: WriteContext): readonly Parameter[] {
  return [origin.actor, origin.host, origin.source, requestId];
}
