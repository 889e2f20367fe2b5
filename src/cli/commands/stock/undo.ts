import { Command } from 'commander';
import { must, parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { parseRequestId } from '../../../domain/parse/request-id.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { InvError } from '../../../lib/errors.ts';
import type { UndoTarget } from '../../../services/stock/undo-posting.ts';
import { addRequestOptions, commonOptions } from './posting-options.ts';
import type { CommonOptions, PostingFlags } from './posting-options.ts';

export interface StockUndoOptions extends Pick<CommonOptions, 'reason' | 'requestId' | 'strategy'> {
  readonly target: UndoTarget;
}

interface UndoFlags extends Omit<PostingFlags, 'ref'> {
  readonly posting?: string;
}

const POSTING_PREFIX = 'posting:';

/** `inv stock undo POSTING_ID|REQUEST_ID`: the counter-movements of a posting, once. */
export function stockUndoCommand(run: (options: StockUndoOptions) => Promise<void>): Command {
  const command = new Command('undo')
    .summary('book the opposite of a posting, once')
    .description(
      'Books the counter-movements of a posting. Nothing is removed: both stay in the ledger, ' +
        'linked. A posting is undone at most once; an undo can be undone like any other posting.\n\n' +
        'Name the posting by the number that history shows, or by its request id. A number that is ' +
        'also a request id means the request; posting:123 and --posting 123 always mean the ' +
        'posting. Both ids: inv stock history --fields posting_id,request_id',
    )
    .argument('[id]', 'posting number or request id')
    .option('--posting <id>', 'posting id, as history shows it');
  return addRequestOptions(command, { withReference: false }).action(
    (id: string | undefined, flags: UndoFlags) => {
      const { reason, requestId, strategy } = commonOptions(flags);
      return run({ target: undoTarget(id, flags.posting), reason, requestId, strategy });
    },
  );
}

function undoTarget(word: string | undefined, posting: string | undefined): UndoTarget {
  if ((word === undefined) === (posting === undefined)) {
    const message =
      word === undefined
        ? 'undo what? a posting number or a request id is missing'
        : 'give one word or --posting, not both';
    throw new InvError('USAGE', message, {
      hint: 'inv stock history --fields posting_id,request_id',
    });
  }
  if (posting !== undefined) return { postingId: must(parsePostingId(posting), '--posting') };
  const text = word ?? '';
  if (text.startsWith(POSTING_PREFIX)) {
    return { postingId: must(parsePostingId(text.slice(POSTING_PREFIX.length)), 'posting') };
  }
  return { word: must(parseRequestId(text), 'request id') };
}

function parsePostingId(text: string): Parsed<number> {
  const id = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Infinity;
  return Number.isSafeInteger(id) ? parsed(id) : refused(`${shown(text)} is no posting id`);
}
