import type { ShardDependencies } from './dependencies.ts';

const HOLDS_A_CALL = 256;

/**
 * Gives back the holds whose deadline has passed by the clock of Redis; needs no MySQL.
 * @returns how many; 0 also where the shard is fenced (its recovery gives holds back)
 */
export async function expireHolds(
  { gate }: Pick<ShardDependencies, 'gate'>,
  { shard, generation }: { readonly shard: number; readonly generation: number },
): Promise<number> {
  let total = 0;
  for (;;) {
    const expired = await gate.expireDue(shard, generation, HOLDS_A_CALL);
    total += expired ?? 0;
    if (expired === null || expired < HOLDS_A_CALL) return total;
  }
}
