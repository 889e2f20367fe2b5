import { fingerprint } from '../../src/domain/fingerprint.ts';
import type {
  HoldEvent,
  PoolBucket,
  PoolEvent,
  ReturnEvent,
  SaleEvent,
  SaleNote,
  StreamEntry,
} from '../../src/domain/pool.ts';

const EPOCH_MS = Date.parse('2026-01-31T08:00:00Z');

export const testNote: SaleNote = {
  kind: 'sale',
  origin: { actor: 'shopper', host: 'web-1', source: 'api' },
  buyer: null,
  reference: null,
  reason: null,
  occurredAt: null,
};

/** The fingerprint of a sale of so many units, as whoever asks for it would make it. */
export function saleFingerprint(quantity: number, note: SaleNote = testNote): string {
  return fingerprint({
    kind: note.kind,
    lines: [{ sku: 'X', location: 'MAIN', quantity: -quantity, unitCost: null }],
    reason: note.reason,
    reference: note.reference,
    supplier: null,
    occurredAt: note.occurredAt,
  });
}

/** Counts as a bucket in Redis does: makes the events of one epoch by hand, in order. */
export interface Seller {
  readonly bucketId: number;
  seq: number;
  cum: number;
  ret: number;
  sell(requestId: string, quantity: number, fields?: Partial<SaleEvent>): SaleEvent;
  giveBack(requestId: string, quantity: number): ReturnEvent;
  hold(kind: HoldEvent['kind'], requestId: string, quantity: number, note?: SaleNote): HoldEvent;
}

export function sellerOf({ id: bucketId, epoch }: Pick<PoolBucket, 'id' | 'epoch'>): Seller {
  const seller: Seller = {
    bucketId,
    seq: 0,
    cum: 0,
    ret: 0,
    sell: (requestId, quantity, fields = {}) => {
      seller.seq += 1;
      seller.cum += quantity;
      const { seq, cum, ret } = seller;
      const note = fields.note ?? testNote;
      const base = { kind: 'sale', bucketId, epoch, quantity, requestId, seq, cum, ret } as const;
      const content = { fingerprint: saleFingerprint(quantity, note), note, atMs: EPOCH_MS + seq };
      return { ...base, ...content, ...fields };
    },
    giveBack: (requestId, quantity) => {
      seller.seq += 1;
      seller.cum += quantity;
      seller.ret += quantity;
      const { seq, cum, ret } = seller;
      return { kind: 'return', bucketId, epoch, quantity, requestId, seq, cum, ret };
    },
    hold: (kind, requestId, quantity, note = testNote) => ({
      kind,
      bucketId,
      epoch,
      quantity,
      requestId,
      fingerprint: saleFingerprint(quantity, note),
      note,
      deadlineMs: EPOCH_MS + 60_000,
      atMs: EPOCH_MS,
    }),
  };
  return seller;
}

/** Entries of a stream, one for each list of events, numbered on from 1-0. */
export function createStream(): (...lists: (readonly PoolEvent[])[]) => readonly StreamEntry[] {
  let ms = 0;
  return (...lists) =>
    lists.map((events) => {
      ms += 1;
      return { id: { ms, seq: 0 }, events, raw: JSON.stringify(events) };
    });
}
