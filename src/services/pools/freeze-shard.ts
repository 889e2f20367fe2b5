import { InvError } from '../../lib/errors.ts';
import type { ShardDependencies } from './dependencies.ts';

/**
 * Stops a shard until a person has looked: it neither settles nor sells. Selling on would not be safe:
 * units that a restored MySQL never handed over may be sold directly as well.
 */
export async function freezeShard(
  dependencies: Pick<ShardDependencies, 'books' | 'gate'>,
  shard: number,
  reason: string,
): Promise<void> {
  await dependencies.books.freeze(shard, reason);
  await shutFrozen(dependencies, shard);
}

/** Shuts Redis for a shard that is frozen in the books; where it does not answer, the next look does. */
export async function shutFrozen(
  { gate }: Pick<ShardDependencies, 'gate'>,
  shard: number,
): Promise<void> {
  try {
    const { generation, isOpen } = await gate.state(shard);
    if (isOpen && generation !== null) await gate.shut(shard, generation);
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
  }
}
