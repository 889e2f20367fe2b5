import type { RepairOf, RepairOutcome } from '../../ports/reconcile-books.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { repairShard } from './repair-shard.ts';

/**
 * Mends one finding, once: what was seen is looked at again first, and a repair that was made before is
 * only told again.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (run it again)
 */
export async function repairFinding(
  dependencies: ReconcileDependencies,
  repair: RepairOf,
): Promise<RepairOutcome> {
  const { remedy } = repair.finding;
  switch (remedy.kind) {
    case 'balance':
    case 'reserved':
    case 'seals':
    case 'order':
      return dependencies.books.repair(repair);
    case 'converge':
    case 'recover':
    case 'settle':
    case 'expire':
    case 'freeze': {
      const outcome = await repairShard(dependencies, repair, remedy);
      await dependencies.books.recordRepair(repair, outcome);
      return outcome;
    }
    case 'person':
      return { status: 'failed', reason: `it needs a person: ${remedy.command}` };
    case 'none':
      return { status: 'failed', reason: 'nothing can be done about it' };
  }
}
