import { fingerprint } from '../../../domain/fingerprint.ts';
import type { SaleEvent } from '../../../domain/pool.ts';
import type { Stand } from '../../../domain/settlement/apply-bookings.ts';
import type { Booking, RecoveredBooking } from '../../../domain/settlement/position.ts';
import { isDuplicateKey } from '../errors.ts';
import { findPostings, INSERT_POSTINGS, numberLiteral } from '../postings.ts';
import type { KnownPosting } from '../postings.ts';
import { hexLiteral } from '../row-statements.ts';
import type { TextLiteral } from '../row-statements.ts';
import type { Session } from '../session.ts';
import { clipOrNull, occurredColumn, originLiterals } from './column-text.ts';

interface Draft {
  readonly at: number;
  readonly requestId: string;
  readonly fingerprint: string;
  readonly reversesId: number | null;
  readonly booking: Booking;
}

/**
 * Writes the postings of the bookings, in the order of their request ids. Nearly always none of them
 * is there yet, so they are looked up only when the unique key says so.
 * @returns how each booking stands, in order
 * @throws the driver's error 1062 when another writer books one of the requests at this moment
 */
export async function postBookings(
  session: Session,
  bookings: readonly Booking[],
  now: string,
): Promise<readonly Stand[]> {
  try {
    return await insert(session, bookings, { known: new Map(), now });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const ids = new Set(bookings.flatMap((booking) => requestIdOf(booking) ?? []));
    const known = await findPostings(session, [...ids]);
    return insert(session, bookings, { known, now });
  }
}

async function insert(
  session: Session,
  bookings: readonly Booking[],
  { known, now }: { readonly known: ReadonlyMap<string, KnownPosting>; readonly now: string },
): Promise<readonly Stand[]> {
  const stands: Stand[] = bookings.map(() => ({ kind: 'none' }));
  const drafts = new Map<string, Draft>();
  for (const [at, booking] of bookings.entries()) {
    const draft = draftOf(booking, at);
    if (draft === null) continue;
    const { requestId } = draft;
    const twin = drafts.get(requestId);
    const earlier = known.get(requestId);
    if (twin !== undefined) stands[at] = repeated(twin, draft);
    else if (earlier === undefined) drafts.set(requestId, draft);
    else if (earlier.kind === 'void') drafts.set(requestId, { ...draft, reversesId: earlier.id });
    else stands[at] = repeated(earlier, draft);
  }
  const ordered = [...drafts.values()].sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  if (ordered.length === 0) return stands;
  const literalOf = (draft: Draft, text: TextLiteral): string => postingLiteral(draft, text, now);
  const ids = await session.prepareRows({ sql: INSERT_POSTINGS, items: ordered, literalOf }).send();
  for (const [index, { at }] of ordered.entries()) {
    stands[at] = { kind: 'posted', postingId: ids[index] ?? 0 };
  }
  return stands;
}

function repeated(earlier: { readonly fingerprint: string }, draft: Draft): Stand {
  return { kind: earlier.fingerprint === draft.fingerprint ? 'duplicate' : 'conflict' };
}

function requestIdOf(booking: Booking): string | null {
  if (booking.kind === 'recovered') return booking.sold > 0 ? recoveredId(booking) : null;
  return booking.event.kind === 'sale' ? booking.event.requestId : null;
}

function recoveredId({ bucketId, epoch, fromSeq, toSeq }: RecoveredBooking): string {
  return `recovered:${bucketId}:${epoch}:${fromSeq}-${toSeq}`;
}

function draftOf(booking: Booking, at: number): Draft | null {
  const requestId = requestIdOf(booking);
  if (requestId === null) return null;
  const content =
    booking.kind === 'event' && booking.event.kind === 'sale'
      ? booking.event.fingerprint
      : fingerprint({ ...NO_CONTENT, reference: requestId });
  return { at, requestId, fingerprint: content, reversesId: null, booking };
}

const NO_CONTENT = {
  kind: 'recovered',
  lines: [],
  reason: null,
  supplier: null,
  occurredAt: null,
} as const;

function postingLiteral(draft: Draft, text: TextLiteral, now: string): string {
  const { booking } = draft;
  return booking.kind === 'event' && booking.event.kind === 'sale'
    ? saleLiteral(draft, booking.event, { text, now })
    : recoveredLiteral(draft, text(now), text);
}

/** A sale that comes in after its request was answered NO stands beside that answer: SOLD wins. */
function saleLiteral(
  { requestId, reversesId, fingerprint: content }: Draft,
  { note, atMs }: SaleEvent,
  { text, now }: { readonly text: TextLiteral; readonly now: string },
): string {
  const id = reversesId === null ? requestId : `sold:${reversesId}`;
  const kind = note.kind === 'sale' ? 'sale' : 'out';
  return (
    `(${text(id)},${hexLiteral(content)},'${kind}','lua',${originLiterals(note, text)},` +
    `${text(clipOrNull(note.reason, 200))},${text(clipOrNull(note.reference, 200))},NULL,` +
    `${numberLiteral(reversesId)},${text(occurredColumn(note, atMs, now))},${text(now)})`
  );
}

/** No request is known of these units, so nobody asked for them. */
function recoveredLiteral(
  { requestId, fingerprint: content }: Draft,
  now: string,
  text: TextLiteral,
): string {
  return (
    `(${text(requestId)},${hexLiteral(content)},'recovered','lua','inv','-','settlement',` +
    `'sold by Redis, the event is lost',NULL,NULL,NULL,${now},${now})`
  );
}
