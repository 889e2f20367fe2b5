import type { Oversold } from '../../../domain/settlement/apply-bookings.ts';
import type { Parked } from '../../../domain/settlement/plan-bookings.ts';
import type { TextLiteral } from '../row-statements.ts';
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
  const literalOf = (row: ParkedRow, text: TextLiteral): string =>
    `(${shard},${text(clip(row.eventId, 64))},'${row.kind}',${text(clip(row.reason, 500))},` +
    `${text(clip(row.payload, PAYLOAD_CHARACTERS_MAX))},${bucketLiterals(row)},${text(now)})`;
  await session.prepareRows({ sql: INSERT, items: rows, literalOf }).send();
}

function bucketLiterals({ bucketId: about, oversold = null }: ParkedRow): string {
  if (oversold === null) return `${about ?? 'NULL'},NULL,NULL,NULL`;
  const { bucketId, epoch, postingId, units } = oversold;
  return `${bucketId},${epoch},${postingId},${units}`;
}
