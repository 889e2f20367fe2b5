import type { HoldEvent, PoolEvent, ReturnEvent, SaleEvent } from '../../../domain/pool.ts';
import type { RequestRecord } from '../../../ports/pool-gate.ts';
import { parseNote } from './notes.ts';
import { isNoReason } from './sale-call.ts';

/** The texts of lua/lib-records.lua. */
const SALE = /^S\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|([0-9a-f]{64})(.*)$/s;
const RETURN = /^R\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)$/;
const HOLD = /^([HCE])\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|([0-9a-f]{64})(.*)$/s;
const REFUSAL = /^N\|(\d+)\|([a-z_]+)\|([0-9a-f]{64})$/;

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

/** A record of a request; null for a withdrawal and for what is no record. */
export function parseRecord(requestId: string, text: string): RequestRecord {
  const [, , reason, fingerprint] = REFUSAL.exec(text) ?? [];
  if (reason !== undefined && fingerprint !== undefined) {
    return isNoReason(reason) ? { status: 'no', fingerprint, reason } : null;
  }
  const event = parseEvent(requestId, text);
  if (event?.kind === 'sale') {
    const { bucketId, epoch, quantity, note } = event;
    return {
      status: 'sold',
      fingerprint: event.fingerprint,
      bucketId,
      epoch,
      quantity,
      note,
      deadlineMs: null,
    };
  }
  if (event?.kind !== 'held') return null;
  const { bucketId, epoch, quantity, note, deadlineMs } = event;
  return {
    status: 'held',
    fingerprint: event.fingerprint,
    bucketId,
    epoch,
    quantity,
    note,
    deadlineMs,
  };
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
