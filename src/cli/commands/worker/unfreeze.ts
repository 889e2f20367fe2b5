import { InvError } from '../../../lib/errors.ts';
import type { Context } from '../../context.ts';
import { refuseDryRun } from '../../refuse-dry-run.ts';
import { requireShard } from './shard-option.ts';

/** @throws InvError CONFIRMATION_REQUIRED without a terminal and without --yes; nothing was touched */
export async function runWorkerUnfreeze(
  context: Context,
  { shard }: { readonly shard: number },
): Promise<void> {
  const { terminal, globals } = context;
  const number = String(shard);
  refuseDryRun(context, 'a shard is let go or not', 'inv worker status');
  requireShard(context, shard);
  const { books } = await context.pools();
  const { progress } = await books.shard(shard, { includeClosed: false });
  if (progress.state === 'ready') {
    throw new InvError('REFUSED', `shard ${number} is not frozen`, { hint: 'inv worker status' });
  }
  const reason = progress.frozenReason ?? 'no reason was kept';
  const isWanted =
    globals.yes ||
    (await context.prompts.confirm({
      message: `Shard ${number} is frozen (${reason}). Let it settle and sell again as the books are now?`,
      initial: false,
      otherwise: {
        message: `shard ${number} is frozen (${reason}); whoever lets it go has looked at the books first`,
        hint: `inv worker unfreeze --shard ${number} --yes`,
      },
    }));
  if (!isWanted) {
    terminal.note('the shard stays frozen');
    return;
  }
  await books.unfreeze(shard);
  await terminal.print({
    document: { shard, state: 'ready', was_frozen_for: reason },
    receipt: true,
    human: (style) => [
      `${style.green(style.mark.ok)} shard ${number} is let go; a worker recovers it now`,
    ],
  });
}
