import { splitEvenly } from '../../../domain/pool.ts';
import { assert } from '../../../lib/assert.ts';
import type { NamedPool, PoolChange, PoolUnits } from '../../../ports/pool-commands.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import type { Database } from '../database.ts';
import { selectPool } from './bucket-rows.ts';
import { recordOperation } from './operations.ts';
import { poolCommand } from './pool-command.ts';
import type { PoolAtHand } from './pool-command.ts';
import { reserve } from './reserve.ts';

const GRANT = `
  UPDATE pools SET delegated = delegated + ?, grant_version = grant_version + 1 WHERE id = ?`;

const BEGIN_CLOSE = `
  UPDATE pools SET state = 'closing' WHERE product_id = ? AND location_id = ? AND state = 'open'`;

const END_CLOSE = `
  UPDATE pools SET state = 'closed'
   WHERE id = ? AND state = 'closing' AND settled_cum = delegated`;

const SELECT_STATE = 'SELECT state FROM pools WHERE id = ?';

/** TOPUP: hands more units to an open pool, spread over its buckets. */
export function topUpPool(
  database: Database,
  request: PoolUnits,
  write: WriteContext,
): Promise<PoolChange> {
  return poolCommand(database, { ...request, kind: 'top_up' }, write, {
    shardsOf: (buckets) => buckets.map(({ shard }) => shard),
    run: async (pool) => {
      const live = pool.buckets.filter(({ state }) => state !== 'closed');
      const isOpen = live.length > 0 && live.every(({ state }) => state === 'open');
      if (!isOpen) return { status: 'not_open' };
      if (isFrozen(pool)) return { status: 'frozen' };
      const shares = splitEvenly(request.quantity, live.length);
      for (const [at, { id }] of live.entries()) {
        const units = shares[at] ?? 0;
        if (units > 0) await pool.session.run(GRANT, [units, id]);
      }
      const refusal = await reserve(pool.session, request, request.quantity);
      return refusal ?? done(pool, { ...request, kind: 'top_up' });
    },
  });
}

/** CLOSE_BEGIN: open → closing. Redis then gives back what it holds, by settlement. */
export function beginClosePool(
  database: Database,
  request: NamedPool,
  write: WriteContext,
): Promise<PoolChange> {
  return poolCommand(database, { ...request, kind: 'close' }, write, {
    shardsOf: (buckets) => buckets.map(({ shard }) => shard),
    run: async (pool) => {
      if (!pool.buckets.some(({ state }) => state === 'open')) return { status: 'not_open' };
      if (isFrozen(pool)) return { status: 'frozen' };
      await pool.session.run(BEGIN_CLOSE, [request.productId, request.locationId]);
      return done(pool, { ...request, kind: 'close', quantity: 0 });
    },
  });
}

/** CLOSE_END: closing → closed, where everything that was handed over is settled. */
export function endClosePool(database: Database, bucketId: number): Promise<boolean> {
  return database.write(async (session) => {
    await session.run(END_CLOSE, [bucketId]);
    const [row] = await session.rows<{ state: string }>(SELECT_STATE, [bucketId]);
    assert(row !== undefined, 'pools are closed, never deleted');
    return row.state === 'closed';
  });
}

function isFrozen({ buckets, shards }: PoolAtHand): boolean {
  return buckets.some(
    ({ state, shard }) => state !== 'closed' && shards.get(shard)?.state === 'frozen',
  );
}

async function done(
  { session, write }: PoolAtHand,
  command: NamedPool & { readonly kind: 'top_up' | 'close'; readonly quantity: number },
): Promise<PoolChange> {
  const buckets = (await selectPool(session, command)).filter(({ state }) => state !== 'closed');
  const [first] = buckets;
  assert(first !== undefined, 'a pool that was changed has a live bucket');
  const { poolId, epoch } = first;
  const { quantity } = command;
  await recordOperation(session, command, { poolId, epoch, quantity, write });
  return { status: 'done', replayed: false, buckets };
}
