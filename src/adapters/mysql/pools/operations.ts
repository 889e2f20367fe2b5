import type { PoolChange, PoolOperation, ShardLoss } from '../../../ports/pool-commands.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import type { Session } from '../session.ts';
import { signature } from '../unit-of-work.ts';
import { integer, isoFromDatetime } from '../values.ts';
import { selectPool } from './bucket-rows.ts';
import type { PoolKey } from './bucket-rows.ts';

const SELECT_OPERATION = `
  SELECT LOWER(HEX(fingerprint)) AS fingerprint, kind FROM pool_operations
   WHERE request_id = CAST(? AS BINARY)`;

const SELECT_POSTING = 'SELECT id FROM postings WHERE request_id = CAST(? AS BINARY)';

const INSERT_OPERATION = `
  INSERT INTO pool_operations
    (actor, host, source, request_id, fingerprint, kind, pool_id, epoch, quantity, reason, done_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`;

const SELECT_COMMANDS = `
  SELECT request_id, kind, quantity, actor, reason, done_at FROM pool_operations
   WHERE pool_id = ? AND kind <> 'return' ORDER BY done_at DESC, request_id LIMIT ?`;

export type CommandKind = Exclude<PoolOperation['kind'], 'rebuild' | 'adopt'>;

/** A command about a pool, as its idempotency sees it. */
export interface Command extends PoolKey {
  readonly kind: CommandKind;
  readonly fingerprint: string;
  readonly requestId: string;
}

/** What an earlier run of the command answers; null when there was none. */
export async function answeredBefore(
  session: Session,
  command: Command,
): Promise<PoolChange | null> {
  const { requestId, fingerprint, kind } = command;
  const [known] = await session.rows<{ fingerprint: string | null; kind: string }>(
    SELECT_OPERATION,
    [requestId],
  );
  if (known === undefined) {
    const postings = await session.rows(SELECT_POSTING, [requestId]);
    return postings.length === 0 ? null : { status: 'conflict' };
  }
  if (known.fingerprint !== fingerprint || known.kind !== kind) return { status: 'conflict' };
  const buckets = await selectPool(session, command);
  const live = buckets.filter(({ state }) => state !== 'closed');
  return { status: 'done', replayed: true, buckets: live.length > 0 ? live : buckets };
}

/** @throws the driver's error 1062 when the request id was taken meanwhile */
export async function recordOperation(
  session: Session,
  command: Pick<Command, 'kind' | 'fingerprint'>,
  {
    poolId,
    epoch,
    quantity,
    write,
  }: {
    readonly poolId: number;
    readonly epoch: number;
    readonly quantity: number;
    readonly write: WriteContext;
  },
): Promise<void> {
  await session.run(INSERT_OPERATION, [
    ...signature(write),
    Buffer.from(command.fingerprint, 'hex'),
    command.kind,
    poolId,
    epoch,
    quantity,
    write.reason ?? null,
  ]);
}

/** The bucket stands in the id of the operation, which is filed under the first bucket of the pool. */
const SELECT_LOSS = `
  SELECT MAX(o.done_at) AS at, SUM(o.quantity) AS units
    FROM pool_operations o
    JOIN pools b ON b.id = CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(o.request_id, ':', 2), ':', -1) AS UNSIGNED)
   WHERE o.kind IN ('rebuild', 'adopt') AND o.quantity > 0 AND b.shard = ?
     AND o.done_at > UTC_TIMESTAMP(6) - INTERVAL 7 DAY`;

/** What recoveries of a shard may have lost in the last seven days; null: nothing. */
export async function selectLoss(session: Session, shard: number): Promise<ShardLoss | null> {
  const [row] = await session.rows<{ at: string | null; units: number | string | null }>(
    SELECT_LOSS,
    [shard],
  );
  if (row === undefined || row.at === null) return null;
  return { at: isoFromDatetime(row.at), units: integer(row.units ?? 0) };
}

/** Commands of people about a pool, the newest first. */
export async function selectOperations(
  session: Session,
  { poolId, limit }: { readonly poolId: number; readonly limit: number },
): Promise<readonly PoolOperation[]> {
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  const rows = await session.rows<OperationRow>(SELECT_COMMANDS, [poolId, String(limit)]);
  return rows.map((row) => ({
    requestId: row.request_id,
    kind: row.kind,
    quantity: integer(row.quantity),
    actor: row.actor,
    reason: row.reason,
    doneAt: isoFromDatetime(row.done_at),
  }));
}

interface OperationRow {
  readonly request_id: string;
  readonly kind: PoolOperation['kind'];
  readonly quantity: number;
  readonly actor: string;
  readonly reason: string | null;
  readonly done_at: string;
}
