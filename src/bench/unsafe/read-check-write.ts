import { Rollback } from '../../adapters/mysql/database.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { assert } from '../../lib/assert.ts';
import { draftOf } from '../bench-draft.ts';
import type { DraftParts } from '../bench-draft.ts';
import type { BenchAnswer, Contestant } from '../contestant.ts';
import { readLevel, writeLevel } from './unsafe-rows.ts';

const NAME = 'read-check-write';

/**
 * Reads the level, checks it, writes what is left. A transaction around it changes nothing: two that
 * read the same level both write it less their own units, and one of the two sales is lost. It has no
 * request id either: what is sent twice is another request, and is sold twice.
 */
export function createReadCheckWrite({
  database,
  ...parts
}: DraftParts & { readonly database: Database }): Contestant {
  let attempts = 0;
  return {
    name: NAME,
    isUnsafe: true,
    retries: () => 0,
    take: async (request) => {
      attempts += 1;
      const requestId = `${request.requestId}#${String(attempts)}`;
      const draft = draftOf({ ...request, requestId }, parts);
      const [line] = draft.lines;
      assert(line !== undefined, 'a request of the bench has one line');
      return database.transaction<BenchAnswer>(async (session) => {
        const level = (await readLevel(session, line)) - request.quantity;
        if (level < 0) throw new Rollback<BenchAnswer>('rejected');
        await writeLevel(session, line, draft, { strategy: NAME, level });
        return 'accepted';
      });
    },
  };
}
