import { InvError } from '../../lib/errors.ts';
import type { ShardDependencies } from './dependencies.ts';

/**
 * Gives back the holds whose deadline has passed by the clock of Redis; needs no MySQL.
 * @returns how many; 0 also where the shard is fenced (its recovery gives holds back)
 */
export function expireHolds(
  _dependencies: Pick<ShardDependencies, 'gate'>,
  _shard: { readonly shard: number; readonly generation: number },
): Promise<number> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
