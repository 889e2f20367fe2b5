import type { HoldEvent, PoolEvent, ReturnEvent, SaleEvent } from '../../../domain/pool.ts';
import type { RecordedUnits, RequestRecord } from '../../../ports/request-record.ts';
import { parseNote } from './notes.ts';
import { isNoReason } from './sale-call.ts';

/** The texts of lua/lib-records.lua. */
const SALE = /^S\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|([0-9a-f]{64})(.*)$/s;
const RETURN = /^R\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)$/;
const HOLD = /^([HCE])\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|([0-9a-f]{64})(.*)$/s;
const REFUSAL =
  /^N\|\d+\|([a-z_]+)\|([0-9a-f]{64})(?:\|([CE])\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(.*))?$/s;

const HOLD_KINDS = { H: 'held', C: 'cancelled', E: 'expired' } as const;

/** One event of the stream; undefined for what is none. */
export function parseEvent(requestId: string, text: string): PoolEvent | undefined {
  return parseCounted(requestId, text) ?? parseHold(requestId, text);
}

/** A sale or return, which have a place in the numbering. */
export function parseCounted(requestId: string, text: string): SaleEvent | ReturnEvent | undefined {
  const sale = SALE.exec(text);
  const [, bucketId, epoch, seq, quantity, cum, ret, atMs, fingerprint, noteJson] =
    sale ?? RETURN.exec(text) ?? [];
  const numbers = wholeNumbers({ bucketId, epoch, seq, quantity, cum, ret, atMs });
  if (numbers === undefined) return undefined;
  const { atMs: at, ...counted } = numbers;
  if (sale === null) return { kind: 'return', requestId, ...counted };
  const note = parseNote(noteJson ?? '');
  if (note === undefined || fingerprint === undefined) return undefined;
  return { kind: 'sale', requestId, fingerprint, note, atMs: at, ...counted };
}

function parseHold(requestId: string, text: string): HoldEvent | undefined {
  const [, letter = '', bucketId, epoch, quantity, deadlineMs, atMs, fingerprint, noteJson] =
    HOLD.exec(text) ?? [];
  const numbers = wholeNumbers({ bucketId, epoch, quantity, deadlineMs, atMs });
  const note = parseNote(noteJson ?? '');
  if (numbers === undefined || note === undefined || fingerprint === undefined) return undefined;
  if (letter !== 'H' && letter !== 'C' && letter !== 'E') return undefined;
  return { kind: HOLD_KINDS[letter], requestId, fingerprint, note, ...numbers };
}

/**
 * A record of a request; null for a withdrawal, which is no order.
 * @param place where its bucket sells, when that is known
 */
export function parseRecord(
  requestId: string,
  text: string,
  place: RecordedUnits['place'],
): RequestRecord {
  const refusal = parseRefusal(text, place);
  if (refusal !== undefined) return refusal;
  const event = parseEvent(requestId, text);
  if (event?.kind === 'return') return null;
  if (event?.kind !== 'sale' && event?.kind !== 'held') return { status: 'unreadable' };
  const { bucketId, epoch, quantity, note, fingerprint } = event;
  const units = { bucketId, epoch, quantity, note, place };
  return event.kind === 'sale'
    ? { status: 'sold', fingerprint, ...units, deadlineMs: null }
    : { status: 'held', fingerprint, ...units, deadlineMs: event.deadlineMs };
}

function parseRefusal(text: string, place: RecordedUnits['place']): RequestRecord | undefined {
  const [, reason, fingerprint, letter, bucketId, epoch, quantity, deadlineMs, noteJson] =
    REFUSAL.exec(text) ?? [];
  if (reason === undefined || fingerprint === undefined || !isNoReason(reason)) return undefined;
  const numbers = wholeNumbers({ bucketId, epoch, quantity, deadlineMs });
  const note = parseNote(noteJson ?? '');
  const ended =
    numbers === undefined || note === undefined
      ? null
      : {
          as: letter === 'E' ? ('expired' as const) : ('cancelled' as const),
          ...numbers,
          note,
          place,
        };
  return { status: 'no', fingerprint, reason, ended };
}

/** undefined when one is missing, or more than a number holds exactly. */
function wholeNumbers<Name extends string>(
  texts: Readonly<Record<Name, string | undefined>>,
): Record<Name, number> | undefined {
  const numbers: Partial<Record<Name, number>> = {};
  for (const name in texts) {
    const value = Number(texts[name] ?? Number.NaN);
    if (!Number.isSafeInteger(value)) return undefined;
    numbers[name] = value;
  }
  return isComplete(numbers, texts) ? numbers : undefined;
}

function isComplete<Name extends string>(
  numbers: Partial<Record<Name, number>>,
  names: Readonly<Record<Name, unknown>>,
): numbers is Record<Name, number> {
  return Object.keys(names).length === Object.keys(numbers).length;
}
