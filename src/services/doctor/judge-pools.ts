import { fail, ok, warn } from './check.ts';
import type { Check } from './check.ts';

/** How the settlement of one shard stands. */
export interface ShardFindings {
  readonly shard: number;
  readonly frozenReason: string | null;
  readonly isFrozen: boolean;
  /** null: Redis was not asked, or does not answer. */
  readonly isFenced: boolean | null;
  readonly lagEntries: number | null;
  readonly lagMs: number | null;
  readonly hasWorker: boolean;
  readonly parked: number;
}

/** The checks that need both stores and a current schema, by id. */
export const POOLS_CHECK_IDS = ['pools.frozen', 'pools.settlement', 'pools.parked'] as const;

/** A worker that runs is behind by less, unless it cannot keep up. */
const LAG_MS_MAX = 10_000;

export function judgePools(shards: readonly ShardFindings[]): readonly Check[] {
  return [judgeFrozen(shards), judgeSettlement(shards), judgeParked(shards)];
}

function judgeFrozen(shards: readonly ShardFindings[]): Check {
  const id = 'pools.frozen';
  const frozen = shards.filter(({ isFrozen }) => isFrozen);
  const [first] = frozen;
  if (first !== undefined) {
    const reason = first.frozenReason ?? 'no reason was kept';
    return fail(id, `${names(frozen)} frozen: ${reason}`, 'inv worker status; docs/pools.md');
  }
  const fenced = shards.filter(({ isFenced }) => isFenced === true);
  return fenced.length === 0
    ? ok(id, 'no shard of the pools is frozen or shut')
    : warn(
        id,
        `${names(fenced)} shut: Redis was restarted or has lost data`,
        'a worker opens it again; without one: inv worker recover',
      );
}

function judgeSettlement(shards: readonly ShardFindings[]): Check {
  const id = 'pools.settlement';
  const waiting = shards.filter(({ lagEntries }) => (lagEntries ?? 0) > 0);
  const entries = waiting.reduce((sum, { lagEntries }) => sum + (lagEntries ?? 0), 0);
  const lagMs = Math.max(0, ...waiting.map((shard) => shard.lagMs ?? 0));
  const wait =
    entries === 1 ? '1 entry of sales waits' : `${String(entries)} entries of sales wait`;
  const text = `${wait} for the books, the oldest for ${String(Math.round(lagMs / 1000))} s`;
  if (waiting.some(({ hasWorker }) => !hasWorker)) {
    return warn(id, `${text}, and no worker runs`, 'inv worker run');
  }
  if (lagMs > LAG_MS_MAX) return warn(id, text, 'inv worker status');
  if (shards.some(({ isFenced }) => isFenced === true)) {
    return warn(id, 'what was sold last is not known while a shard is shut');
  }
  if (shards.length > 0 && shards.every(({ lagEntries }) => lagEntries === null)) {
    return warn(id, 'Redis was not asked what waits for the books');
  }
  return ok(id, 'what pools have sold is in the books');
}

function judgeParked(shards: readonly ShardFindings[]): Check {
  const id = 'pools.parked';
  const parked = shards.reduce((sum, shard) => sum + shard.parked, 0);
  if (parked === 0) return ok(id, 'no event waits for a person');
  const text =
    parked === 1
      ? '1 event waits for a person, and is not in the books'
      : `${String(parked)} events wait for a person, and are not in the books`;
  return fail(id, text, 'inv worker parked list');
}

function names(shards: readonly ShardFindings[]): string {
  const numbers = shards.map(({ shard }) => String(shard)).join(', ');
  return shards.length === 1 ? `shard ${numbers} is` : `shards ${numbers} are`;
}
