import { Command } from 'commander';
import { InvError } from '../../../lib/errors.ts';
import { addFileOptions, addNegativeOption } from './file-options.ts';
import type { FileFlags } from './file-options.ts';
import { addPostingOptions, postingOptions, stockFileOptions } from './posting-options.ts';
import type { PostingFlags, StockFileOptions, StockMoveOptions } from './posting-options.ts';

/** What the two commands do with checked options. */
export interface StockMoveRunners {
  readonly one: (options: StockMoveOptions) => Promise<void>;
  readonly file: (options: StockFileOptions) => Promise<void>;
}

interface Flags extends PostingFlags, FileFlags {
  readonly from?: string;
}

/** `inv stock in SKU QTY`, `inv stock in --from FILE`: goods received. */
export function stockInCommand(run: StockMoveRunners): Command {
  const command = new Command('in')
    .summary('book goods received')
    .description('Books goods received: one product, or the lines of a file.')
    .option('--supplier <code>', 'who sent them')
    .option('--cost <money>', 'cost of one base unit, such as 1.25');
  return complete('in', command, run);
}

/** `inv stock out SKU QTY`, `inv stock out --from FILE`: goods that leave. Never more than is available. */
export function stockOutCommand(run: StockMoveRunners): Command {
  const command = new Command('out')
    .summary('book goods that leave')
    .description(
      'Books goods that leave: one product, or the lines of a file. Never more than is available.',
    );
  return complete('out', command, run);
}

function complete(direction: 'in' | 'out', command: Command, run: StockMoveRunners): Command {
  command
    .argument('[sku]', 'product, by SKU or barcode')
    .argument('[quantity]', 'base units, in plain digits')
    .option('--from <file>', 'book the lines of a CSV or NDJSON file; - reads standard input');
  addNegativeOption(addFileOptions(addPostingOptions(command)));
  return command.action(
    (sku: string | undefined, quantity: string | undefined, flags: Flags): Promise<void> => {
      if (flags.from === undefined) {
        refuseFileFlags(command, direction);
        return run.one(postingOptions(direction, sku, quantity, flags));
      }
      if (sku !== undefined) {
        throw new InvError('USAGE', `give ${sku} or --from ${flags.from}, not both`);
      }
      return run.file(stockFileOptions(direction, flags.from, flags));
    },
  );
}

/** A flag about a file without the file would be silently without effect. */
function refuseFileFlags(command: Command, direction: string): void {
  for (const name of ['map', 'atomic', 'continue', 'errors', 'negative']) {
    if (command.getOptionValueSource(name) === 'cli') {
      throw new InvError(
        'USAGE',
        `--${name} is about the lines of a file, and there is no --from`,
        {
          hint: `inv stock ${direction} --from FILE`,
        },
      );
    }
  }
}
