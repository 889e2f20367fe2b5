import { assert } from '../../../lib/assert.ts';
import type { PoolChange, PoolUnits } from '../../../ports/pool-commands.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import type { Database } from '../database.ts';
import { selectPool } from './bucket-rows.ts';
import { recordOperation } from './operations.ts';
import { poolCommand } from './pool-command.ts';

const TAKE_OUT = 'UPDATE pools SET quarantine = quarantine - ? WHERE id = ?';

const SET_FREE = `
  UPDATE stock SET reserved = reserved - ?, version = version + 1
   WHERE product_id = ? AND location_id = ?`;

/** RELEASE_Q: units that a recovery kept for lost sales are available again. Redis never had them. */
export function releaseUnits(
  database: Database,
  request: PoolUnits,
  write: WriteContext,
): Promise<PoolChange> {
  const { productId, locationId, quantity } = request;
  return poolCommand(database, { ...request, kind: 'release' }, write, {
    shardsOf: (buckets) => buckets.map(({ shard }) => shard),
    run: async ({ session, buckets }) => {
      const quarantine = buckets.reduce((sum, bucket) => sum + bucket.quarantine, 0);
      const [first] = buckets;
      if (first === undefined || quarantine < quantity) {
        return { status: 'not_quarantined', quarantine };
      }
      let left = quantity;
      for (const bucket of buckets) {
        const units = Math.min(left, bucket.quarantine);
        if (units > 0) await session.run(TAKE_OUT, [units, bucket.id]);
        left -= units;
      }
      const { matched } = await session.run(SET_FREE, [quantity, productId, locationId]);
      assert(matched === 1, 'what is in quarantine is reserved');
      const { poolId, epoch } = first;
      const command = { kind: 'release', fingerprint: request.fingerprint } as const;
      await recordOperation(session, command, { poolId, epoch, quantity, write });
      const now = await selectPool(session, request);
      return { status: 'done', replayed: false, buckets: now };
    },
  });
}
