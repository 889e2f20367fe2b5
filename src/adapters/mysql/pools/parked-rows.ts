import type { Oversold } from '../../../domain/settlement/apply-bookings.ts';
import type { Parked } from '../../../domain/settlement/plan-bookings.ts';
import type { Session } from '../session.ts';
import { clip } from './column-text.ts';

const INSERT = `
  INSERT INTO parked_events (shard, event_id, kind, reason, payload, pool_id, pool_epoch, posting_id, units, parked_at) VALUES`;

/** What is longer tells nobody more. */
const PAYLOAD_CHARACTERS_MAX = 65_536;

export type ParkedRow = Parked & { readonly oversold?: Oversold | null };

export async function parkRows(
  session: Session,
  rows: readonly ParkedRow[],
  { shard, now }: { readonly shard: number; readonly now: string },
): Promise<void> {
  if (rows.length === 0) return;
  await session.insertRows(
    INSERT,
    rows.map(({ eventId, kind, reason, payload, oversold }) => [
      shard,
      clip(eventId, 64),
      kind,
      clip(reason, 500),
      clip(payload, PAYLOAD_CHARACTERS_MAX),
      oversold?.bucketId ?? null,
      oversold?.epoch ?? null,
      oversold?.postingId ?? null,
      oversold?.units ?? null,
      now,
    ]),
  );
}
