import { checkStep } from './checks.ts';
import { wasRestored } from './oracle.ts';
import type { Request } from './oracle.ts';
import type { World } from './world.ts';
import { violate } from './world.ts';

/** What must be true when everything has been repaired and all pools are closed. */
export function checkEnd(world: World): void {
  checkStep(world);
  for (const request of world.oracle.requests) checkRequest(world, request);
  const { stock, recovered } = world.mysql;
  const kept = stock.findIndex((row) => row.reserved !== 0);
  if (kept >= 0) violate(world, 'units stay reserved', `of product ${kept}`);
  const units = recovered.reduce((sum, count) => sum + count, 0);
  if (units > world.oracle.unattributableUnits) {
    violate(world, 'units booked for nobody', `${units}`);
  }
  for (const holds of world.redis.data.holds) {
    if (holds.size > 0) violate(world, 'hold left behind', `of request ${[...holds.keys()][0]}`);
  }
  if (world.mysql.shard.isFrozen) violate(world, 'frozen without a restore', 'shard');
}

function checkRequest(world: World, request: Request): void {
  const posting = world.mysql.postings.get(request.id);
  const isBooked = posting !== undefined && posting.kind !== 'void';
  if (request.isUnattributable) return;
  if (request.toldSold && !isBooked && !request.isLost) {
    violate(world, 'sold but not booked', `request ${request.id}`);
  }
  if (request.toldNo && isBooked) {
    violate(world, 'told NO but booked', `request ${request.id}`);
  }
  if (request.isExecuted && !isBooked && !request.isLost) {
    violate(world, 'executed but not booked', `request ${request.id}`);
  }
  if (isBooked && !request.isExecuted) {
    violate(world, 'booked but never sold', `request ${request.id}`);
  }
}

/** After a restore only one thing is promised: where Redis knows better, it is noticed. */
export function checkRestored(world: World): void {
  if (!wasRestored(world) || !world.oracle.damage.isRestoreKnown) return;
  if (!world.mysql.shard.isFrozen) {
    violate(world, 'restore not noticed', 'redis knew a later settlement');
  }
}
