import type { OrderDependencies } from './dependencies.ts';
import { readingTrouble } from './trouble.ts';
import type { Trouble } from './units-answer.ts';

/**
 * Whether Redis may yet have what it does not show: a shard that waits for its recovery does not say what
 * was sold or held there. A shard that was never open has nothing to say.
 */
export async function fencedShard({ gate, books }: OrderDependencies): Promise<Trouble | null> {
  try {
    const opened = await gate();
    for (let shard = 0; shard < opened.shards; shard += 1) {
      const { isOpen } = await opened.state(shard);
      if (isOpen) continue;
      const { progress } = await (await books()).shard(shard, { includeClosed: false });
      if (progress.state === 'frozen') return { trouble: 'frozen', shard };
      if (progress.generation > 0) return { trouble: 'fenced', shard };
    }
    return null;
  } catch (error) {
    return readingTrouble(error);
  }
}
