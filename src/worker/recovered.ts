import type { RecoverOutcome } from '../services/pools/recover-outcome.ts';
import { keepRepair } from './keep-repair.ts';
import { recoveryLines } from './log-lines.ts';
import type { ShardWork } from './shard-work.ts';

/** Counts a recovery, says what came of it, and keeps it in the history of reconciliation. */
export async function recovered(work: ShardWork, outcome: RecoverOutcome): Promise<void> {
  const { shard, options, tally } = work;
  tally.recovered(outcome);
  for (const line of recoveryLines(shard, outcome)) options.report(line);
  if (outcome.status === 'adopted' || outcome.status === 'rebuilt') {
    await keepRepair(work, { kind: 'opened', shard, outcome });
  }
}
