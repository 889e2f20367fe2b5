import { InvError } from '../../../lib/errors.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { ParkedEvent } from '../../../ports/parked-event.ts';
import type { Context } from '../../context.ts';
import { refuseDryRun } from '../../refuse-dry-run.ts';
import type { Column } from '../../terminal/types.ts';
import { requestLine, writing } from '../../write.ts';
import type { ParkedEventOptions, ParkedListOptions } from './parked.ts';

/** More than anybody reads. */
const ROWS_MAX = 100_000;

export async function runParkedList(context: Context, options: ParkedListOptions): Promise<void> {
  const { books } = await context.pools();
  const limit = options.limit ?? ROWS_MAX;
  // One more than is shown tells whether there is more.
  const events = await books.parked({ includeResolved: options.all, limit: limit + 1 });
  const rows = events.slice(0, limit).map(rowOf);
  await context.terminal.print({
    document: rows,
    rows,
    columns: columnsFor(context, options),
    empty: 'nothing is parked',
    footer:
      events.length > limit
        ? `the oldest ${String(limit)} are shown; --limit N shows more, --limit 0 all`
        : 'inv worker parked retry ID, or discard ID; with --json also what each event says',
  });
}

function rowOf(event: ParkedEvent): JsonObject {
  return {
    id: event.id,
    shard: event.shard,
    event_id: event.eventId,
    reason: event.reason,
    attempts: event.attempts,
    parked_at: event.parkedAt,
    resolved_at: event.resolvedAt,
    resolution: event.resolution,
    payload: event.payload,
  };
}

function columnsFor({ terminal }: Context, { all }: ParkedListOptions): readonly Column[] {
  const keys = ['id', 'shard', 'event_id', 'reason', 'attempts', 'parked_at'];
  const resolved = ['resolved_at', 'resolution'];
  const isForPeople = terminal.format === 'table';
  const shown = isForPeople
    ? [...keys, ...(all ? resolved : [])]
    : [...keys, ...resolved, 'payload'];
  return shown.map((key) => ({
    key,
    title: key.replaceAll('_', ' ').toUpperCase(),
    priority: key === 'reason' ? 1 : 0,
  }));
}

const FIELDS = ['request_id', 'id', 'outcome'];

/** @throws InvError REFUSED when it still cannot be settled, NOT_FOUND */
export async function runParkedRetry(context: Context, options: ParkedEventOptions): Promise<void> {
  refuseDryRun(context, 'an event is settled or not', 'inv worker parked list');
  await resolve(context, options, async (books, write) => {
    const outcome = await books.retryParked(options.id, write);
    if (outcome === 'still_parked') {
      throw new InvError('REFUSED', `event ${String(options.id)} still cannot be settled`, {
        hint: 'inv worker parked list',
        facts: { id: options.id },
      });
    }
    return outcome;
  });
}

/** @throws InvError CONFIRMATION_REQUIRED without a terminal and without --yes; NOT_FOUND */
export async function runParkedDiscard(
  context: Context,
  options: ParkedEventOptions,
): Promise<void> {
  refuseDryRun(context, 'an event is discarded or not', 'inv worker parked list');
  const { globals, prompts, terminal } = context;
  const id = String(options.id);
  const isWanted =
    globals.yes ||
    (await prompts.confirm({
      message: `Discard event ${id}? What it says will never be in the books.`,
      initial: false,
      otherwise: {
        message: `what event ${id} says would never be in the books`,
        hint: `inv worker parked discard ${id} --yes`,
      },
    }));
  if (!isWanted) {
    terminal.note('the event stays parked');
    return;
  }
  await resolve(context, options, (books, write) => books.discardParked(options.id, write));
}

type Books = Awaited<ReturnType<Context['pools']>>['books'];
type Outcome = 'settled' | 'discarded' | 'resolved_before' | 'not_found';

async function resolve(
  context: Context,
  options: ParkedEventOptions,
  act: (books: Books, write: Parameters<Books['retryParked']>[1]) => Promise<Outcome>,
): Promise<void> {
  const { terminal } = context;
  const { id } = options;
  terminal.checkFields(FIELDS);
  const requestId = options.requestId ?? context.newRequestId();
  context.requested(requestId);
  const { books } = await context.pools();
  const written = await writing(context, requestId, (write) => act(books, write));
  const { value: outcome } = written;
  if (outcome === 'not_found') {
    throw new InvError('NOT_FOUND', `there is no parked event ${String(id)}`, {
      hint: 'inv worker parked list --all',
      facts: { id },
    });
  }
  await terminal.print({
    document: { request_id: written.requestId, id, outcome },
    receipt: true,
    human: (style) => [
      `${style.green(style.mark.ok)} event ${String(id)} ${SENTENCES[outcome]}`,
      requestLine(written, { replayed: false, style }),
    ],
  });
}

const SENTENCES: Readonly<Record<Exclude<Outcome, 'not_found'>, string>> = {
  settled: 'is in the books now',
  discarded: 'is discarded; its text is kept',
  resolved_before: 'was seen to before: nothing changed',
};
