import type { SaleNote } from '../../../domain/pool.ts';
import type { TextLiteral } from '../row-statements.ts';
import { datetimeFromIso } from '../values.ts';

/** What stands in an event is sold already: too long a name must not keep it out of the books. */
export function clip(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : Array.from(text).slice(0, charactersMax).join('');
}

export function clipOrNull(text: string | null, charactersMax: number): string | null {
  return text === null ? null : clip(text, charactersMax);
}

const BUYER_BYTES_MAX = 400;

export function buyerColumn(buyer: string | null): string | null {
  if (buyer === null || Buffer.byteLength(buyer) <= BUYER_BYTES_MAX) return buyer;
  return Buffer.from(buyer).subarray(0, BUYER_BYTES_MAX).toString('latin1');
}

/** The columns `actor, host, source` of what a note tells of. */
export function originLiterals({ origin }: SaleNote, text: TextLiteral): string {
  return `${text(clip(origin.actor, 100))},${text(clip(origin.host, 255))},${text(clip(origin.source, 32))}`;
}

const MOMENT = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;

/** When it happened: as the request says, else when Redis did it, else now. */
export function occurredColumn(note: SaleNote, atMs: number, now: string): string {
  const { occurredAt } = note;
  if (occurredAt !== null && MOMENT.test(occurredAt) && !Number.isNaN(Date.parse(occurredAt))) {
    return datetimeFromIso(occurredAt);
  }
  return datetimeColumn(atMs) ?? now;
}

/** 0001-01-01 to 9999-12-31 can be told; anything else is no time. */
export function datetimeColumn(atMs: number): string | null {
  const isTime = Number.isFinite(atMs) && atMs > 0 && atMs < 253_402_300_800_000;
  return isTime ? datetimeFromIso(new Date(atMs).toISOString()) : null;
}
