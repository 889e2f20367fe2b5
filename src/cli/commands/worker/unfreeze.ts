import { InvError } from '../../../lib/errors.ts';
import { unfreezeShard } from '../../../services/pools/unfreeze-shard.ts';
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
  const dependencies = await context.pools();
  const { progress } = await dependencies.books.shard(shard, { includeClosed: false });
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
  const outcome = await unfreezeShard(dependencies, shard);
  const isFrozen = outcome.status === 'frozen';
  await terminal.print({
    document: {
      shard,
      state: isFrozen ? 'frozen' : 'ready',
      was_frozen_for: reason,
      outcome: outcome.status,
    },
    receipt: true,
    human: (style) => [
      isFrozen
        ? `${style.red(style.mark.fail)} shard ${number} is frozen again: ${outcome.reason}`
        : `${style.green(style.mark.ok)} shard ${number} settles and sells again (${outcome.status})`,
    ],
  });
  if (isFrozen) context.finishWith('PENDING');
}
