import { Command } from 'commander';
import { addFileOptions } from './file-options.ts';
import type { FileFlags } from './file-options.ts';
import { addPostingOptions, stockFileOptions } from './posting-options.ts';
import type { PostingFlags, StockFileOptions } from './posting-options.ts';

/** `inv stock import FILE`: opening stock, or a whole ledger of another system. */
export function stockImportCommand(run: (options: StockFileOptions) => Promise<void>): Command {
  const command = new Command('import')
    .summary('book a file of signed quantities')
    .description(
      'Books a file in which quantities are signed: positive comes in, negative goes out. ' +
        'For opening stock, or the ledger of another system.',
    )
    .argument('<file>', 'CSV or NDJSON; - reads standard input');
  return addFileOptions(addPostingOptions(command)).action(
    (path: string, flags: PostingFlags & FileFlags) => run(stockFileOptions('import', path, flags)),
  );
}
