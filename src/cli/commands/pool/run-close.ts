import { closePool } from '../../../services/pools/close-pool.ts';
import type { ClosedPool } from '../../../services/pools/close-pool.ts';
import type { Context } from '../../context.ts';
import type { Style } from '../../terminal/types.ts';
import { changeAndPrint } from './change-and-print.ts';
import type { PoolTarget } from './pool-options.ts';

/** Longest time to stay with a pool that is being closed; the worker goes on where this leaves off. */
const WAIT_MS = 30_000;

/** @throws InvError CONFIRMATION_REQUIRED without a terminal and without --yes; nothing was touched */
export async function runPoolClose(context: Context, options: PoolTarget): Promise<void> {
  const { product, requestId } = options;
  const location = options.location ?? context.loaded.config.stock.location;
  if (!(await isWanted(context, product, location))) {
    context.terminal.note('the pool stays open');
    return;
  }
  const progress = context.terminal.progress(`closing the pool of ${product}`);
  try {
    await changeAndPrint(context, {
      requestId,
      reason: options.reason,
      change: (dependencies, write) =>
        closePool(dependencies, { product, location }, write, {
          waitMs: WAIT_MS,
          signal: context.signal,
        }).finally(() => progress.stop()),
      sentence: context.globals.dryRun ? triedSentence : closedSentence,
      facts: ({ unitsReturned }) => ({ units_returned: unitsReturned }),
    });
  } finally {
    progress.stop();
  }
}

async function isWanted(context: Context, product: string, location: string): Promise<boolean> {
  const { globals, prompts } = context;
  if (globals.yes || globals.dryRun) return true;
  return prompts.confirm({
    message: `End the sale of ${product} at ${location}? Nothing more is sold from its pool, and its holds are cancelled.`,
    initial: false,
    otherwise: {
      message: `this ends the sale of ${product} at ${location} and cancels its holds`,
      hint: `inv pool close ${product} --yes`,
    },
  });
}

function triedSentence({ pool }: ClosedPool, style: Style): string {
  const left = `${String(pool.outstanding)} units are with Redis, less what it has sold since`;
  return `${style.bold(pool.sku)} at ${pool.location}: pool ${String(pool.poolId)} would be closed; ${left}`;
}

function closedSentence({ pool, unitsReturned }: ClosedPool, style: Style): string {
  const name = `${style.bold(pool.sku)} at ${pool.location}: pool ${String(pool.poolId)}`;
  if (pool.state !== 'closed') return `${name} sells nothing more; the worker books the rest`;
  const back = unitsReturned === null ? '' : `, ${String(unitsReturned)} unsold came back`;
  return `${name} is closed${back}`;
}
