import { failpoint } from '../../lib/failpoint.ts';
import type { RepairOf } from '../../ports/repairs.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { repairShard } from './repair-shard.ts';
import type { RepairedFinding } from './repaired-finding.ts';

/**
 * Mends one finding, once: what was seen is looked at again first, and a repair that was made before is
 * only told again.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (run it again)
 */
export async function repairFinding(
  dependencies: ReconcileDependencies,
  repair: RepairOf,
): Promise<RepairedFinding> {
  const { books } = dependencies;
  const { remedy } = repair.finding;
  switch (remedy.kind) {
    case 'balance':
    case 'reserved':
    case 'seals':
    case 'order':
      return { outcome: await books.repair(repair), revealed: [] };
    case 'converge':
    case 'recover':
    case 'settle':
    case 'expire':
    case 'freeze': {
      const receipt = await books.receiptOf(repair);
      // A freeze mends nothing, and a shard that is frozen tells of itself.
      if (receipt === null && remedy.kind !== 'freeze') await books.beginRepair(repair);
      await failpoint('reconcile.shard_begun');
      const repaired: RepairedFinding =
        receipt === null
          ? await repairShard(dependencies, repair, remedy)
          : { outcome: { status: 'replayed', receipt }, revealed: [] };
      await books.recordRepair(repair, repaired.outcome);
      return repaired;
    }
    case 'person':
      return failed(`it needs a person: ${remedy.command}`);
    case 'none':
      return failed('nothing can be done about it');
  }
}

function failed(reason: string): RepairedFinding {
  return { outcome: { status: 'failed', reason }, revealed: [] };
}
