import { Command, Option } from 'commander';
import { parseBuyer } from '../../../domain/parse/buyer.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseSku } from '../../../domain/parse/sku.ts';
import type { OrderRow } from '../../../ports/pool-books.ts';
import { given } from '../../option-values.ts';
import { PAGE_ROWS, parseLimit } from '../stock/list-options.ts';

const STATES = ['held', 'settled', 'cancelled', 'expired'] as const;

export interface OrderListOptions {
  readonly sku: string | null;
  readonly buyer: string | null;
  readonly state: OrderRow['state'] | null;
  /** null = all. */
  readonly limit: number | null;
}

interface Flags {
  readonly sku?: string;
  readonly buyer?: string;
  readonly state?: (typeof STATES)[number];
  readonly limit?: string;
}

/** `inv order list` */
export function orderListCommand(run: (options: OrderListOptions) => Promise<void>): Command {
  return new Command('list')
    .summary('orders in the books, newest first')
    .description(
      'Lists orders that the worker has booked, newest first. What Redis has just accepted is not ' +
        'here yet: inv order show ID finds it. A settled order is a sale; "undone" says that its units are ' +
        'back in stock.',
    )
    .option('--sku <sku>', 'only of this product')
    .option('--buyer <id>', 'only of this buyer')
    .addOption(new Option('--state <state>', 'only in this state').choices(STATES))
    .option('--limit <n>', `rows; 0 = all (default: ${String(PAGE_ROWS)})`)
    .action((flags: Flags) =>
      run({
        sku: given(flags.sku, parseSku, '--sku') ?? null,
        buyer: given(flags.buyer, parseBuyer, '--buyer') ?? null,
        state: flags.state ?? null,
        limit: flags.limit === undefined ? PAGE_ROWS : must(parseLimit(flags.limit), '--limit'),
      }),
    );
}
