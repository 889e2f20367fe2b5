import { InvError } from '../lib/errors.ts';
import { expireHolds } from '../services/pools/expire-holds.ts';
import { pause } from './pause.ts';
import type { ShardWork } from './shard-work.ts';

/** Between two looks for holds that are due. */
const EXPIRE_MS = 500;
/** A bug of ours stays one. */
const AFTER_BUG_MS = 60_000;

/**
 * Gives due holds back until the signal, beside the turns: it needs Redis only, so units come back to the
 * sale also while MySQL is away. Two workers that do it at once give each hold back once.
 */
export async function expireLoop({
  shard,
  dependencies,
  options,
  tally,
  memory,
}: ShardWork): Promise<void> {
  while (!options.signal.aborted) {
    await pause(dependencies.clock, EXPIRE_MS, options.signal);
    if (memory.generation === null) continue;
    const { generation } = memory;
    try {
      tally.expired(await expireHolds(dependencies, { shard, generation }));
    } catch (error) {
      // Redis is away: the turns say so, and this tries again.
      if (error instanceof InvError) continue;
      const text = `holds that are due are not given back: ${String(error)}`;
      options.report({ level: 'alarm', shard, text });
      await pause(dependencies.clock, AFTER_BUG_MS, options.signal);
    }
  }
}
