import type { Redis } from 'ioredis';
import { parseInfo } from '../parse-info.ts';
import type { RedisTarget } from '../target.ts';
import { keySlot } from './key-slot.ts';
import { nodeTarget } from './node-target.ts';
import { parseSlotRanges } from './slot-ranges.ts';

interface SlotTarget {
  readonly first: number;
  readonly last: number;
  readonly target: RedisTarget;
}

/**
 * The masters of the cluster that the server belongs to, in the order of their slots; null: it belongs to
 * none. Driver errors go on as they are.
 * @throws InvError BAD_CONFIGURATION: inv must not go to one of them
 */
export async function masterTargets(
  client: Redis,
  target: RedisTarget,
): Promise<readonly RedisTarget[] | null> {
  const slots = await slotTargets(client, target);
  if (slots === null) return null;
  return [...new Map(slots.map((range) => [range.target.label, range.target])).values()];
}

/** Where the key is: at the server itself, unless that is a node of a cluster. @throws as masterTargets */
export async function targetOfKey(
  client: Redis,
  target: RedisTarget,
  key: string,
): Promise<RedisTarget> {
  const slot = keySlot(key);
  const slots = (await slotTargets(client, target)) ?? [];
  return slots.find(({ first, last }) => first <= slot && slot <= last)?.target ?? target;
}

async function slotTargets(
  client: Redis,
  target: RedisTarget,
): Promise<readonly SlotTarget[] | null> {
  const isCluster = parseInfo(await client.info('cluster')).get('cluster_enabled') === '1';
  if (!isCluster) return null;
  const ranges = parseSlotRanges(await client.call('CLUSTER', 'SLOTS'));
  return ranges.map(({ first, last, master }) => ({
    first,
    last,
    target: nodeTarget(target, master),
  }));
}
