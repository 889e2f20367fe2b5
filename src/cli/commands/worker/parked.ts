import { Command } from 'commander';
import { must, parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { addRequestIdOption, requestIdOf } from '../../option-values.ts';
import { PAGE_ROWS, parseLimit } from '../stock/list-options.ts';

export interface ParkedListOptions {
  readonly all: boolean;
  /** null = all. */
  readonly limit: number | null;
}

export interface ParkedEventOptions {
  readonly id: number;
  readonly requestId: string | undefined;
}

export interface ParkedRunners {
  readonly list: (options: ParkedListOptions) => Promise<void>;
  readonly retry: (options: ParkedEventOptions) => Promise<void>;
  readonly discard: (options: ParkedEventOptions) => Promise<void>;
}

interface ListFlags {
  readonly all?: true;
  readonly limit?: string;
}

/** `inv worker parked`: events of Redis that cannot be settled as they are. */
export function workerParkedCommand(run: ParkedRunners): Command {
  return new Command('parked')
    .summary('events that cannot be settled: list, retry, discard')
    .description(
      'Events of Redis that cannot be settled as they are: nothing of them is in the books, and ' +
        'nothing of them is thrown away until a person says so.',
    )
    .addCommand(listCommand(run.list))
    .addCommand(
      eventCommand('retry', run.retry)
        .summary('try to settle one again')
        .description('Tries to settle a parked event again, once its reason is out of the way.'),
    )
    .addCommand(
      eventCommand('discard', run.discard)
        .summary('mark one as seen to, without settling it')
        .description(
          'Marks a parked event as seen to, without settling it: its units stay as they are. Its text ' +
            'is kept. Asks first; --yes answers it.',
        ),
    );
}

function listCommand(run: ParkedRunners['list']): Command {
  return new Command('list')
    .summary('the events, oldest first')
    .description('Lists parked events and why they are parked, oldest first.')
    .option('--all', 'also those that were settled or discarded since')
    .option('--limit <n>', `rows; 0 = all (default: ${String(PAGE_ROWS)})`)
    .action(({ all, limit }: ListFlags) =>
      run({
        all: all === true,
        limit: limit === undefined ? PAGE_ROWS : must(parseLimit(limit), '--limit'),
      }),
    );
}

function eventCommand(name: string, run: ParkedRunners['retry']): Command {
  return addRequestIdOption(new Command(name))
    .argument('<number>', 'the number that "parked list" shows')
    .action((text: string, flags: { readonly requestId?: string }) =>
      run({ id: must(parseEventNumber(text), 'number'), requestId: requestIdOf(flags) }),
    );
}

function parseEventNumber(text: string): Parsed<number> {
  const id = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Infinity;
  return Number.isSafeInteger(id) ? parsed(id) : refused(`${shown(text)} is no event number`);
}
