import { assert } from '../../../lib/assert.ts';
import { failpoint } from '../../../lib/failpoint.ts';
import type { RepairOf, RepairOutcome } from '../../../ports/repairs.ts';
import type { Database } from '../database.ts';
import type { Session } from '../session.ts';
import { repairedBefore, writeOutcome } from './receipts.ts';
import { repairLevel } from './repair-level.ts';
import { forgetSeals } from './seals.ts';

const EXPIRE_ORDER = `
  UPDATE orders SET state = 'expired', updated_at = UTC_TIMESTAMP(6)
   WHERE request_id = CAST(? AS BINARY) AND state = 'held'`;

/** One transaction: the finding is locked, looked at again, mended, and its receipt written. */
export function repairInBooks(database: Database, repair: RepairOf): Promise<RepairOutcome> {
  return database.transaction(async (session) => {
    const before = await repairedBefore(session, repair);
    const outcome = before ?? (await mend(session, repair));
    await writeOutcome(session, repair, outcome);
    await failpoint('reconcile.before_commit');
    return outcome;
  });
}

async function mend(session: Session, { finding }: RepairOf): Promise<RepairOutcome> {
  const { remedy } = finding;
  switch (remedy.kind) {
    case 'balance':
    case 'reserved':
      return repairLevel(session, finding, remedy.kind);
    case 'seals':
      await forgetSeals(session);
      return { status: 'repaired', before: 'sealed sums', after: 'made anew by the next runs' };
    case 'order': {
      const { matched } = await session.run(EXPIRE_ORDER, [remedy.requestId]);
      return matched === 0
        ? { status: 'gone' }
        : { status: 'repaired', before: 'held', after: 'expired' };
    }
    default:
      assert(false, 'what MySQL alone cannot mend is mended elsewhere');
  }
}
