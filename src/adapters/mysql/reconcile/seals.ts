import { InvError } from '../../../lib/errors.ts';
import { failpoint } from '../../../lib/failpoint.ts';
import type { Database } from '../database.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

/** Movements that one transaction seals. */
const IDS_AT_ONCE = 50_000;

const SELECT_POSITION = `
  SELECT sealed_to, candidate,
         candidate_at <= UTC_TIMESTAMP(6) - INTERVAL ? * 1000 MICROSECOND AS is_ripe
    FROM ledger_seal_position WHERE id = 1`;

const LOCK_POSITION = 'SELECT sealed_to FROM ledger_seal_position WHERE id = 1 FOR UPDATE';

/** Waits for whoever has added a row there and not committed yet. */
const LOCK_MOVEMENTS =
  'SELECT COUNT(*) AS movements FROM movements WHERE id > ? AND id <= ? LOCK IN SHARE MODE';

const ADD = `
  INSERT INTO ledger_seals (product_id, location_id, quantity)
  SELECT added.product_id, added.location_id, added.total
    FROM (SELECT product_id, location_id, SUM(quantity) AS total
            FROM movements WHERE id > ? AND id <= ? GROUP BY product_id, location_id) AS added
      ON DUPLICATE KEY UPDATE quantity = ledger_seals.quantity + added.total`;

const MOVE =
  'UPDATE ledger_seal_position SET sealed_to = ?, sealed_at = UTC_TIMESTAMP(6) WHERE id = 1';

const NOTE_CANDIDATE = `
  UPDATE ledger_seal_position
     SET candidate = (SELECT COALESCE(MAX(id), 0) FROM movements), candidate_at = UTC_TIMESTAMP(6)
   WHERE id = 1`;

const FORGET = 'DELETE FROM ledger_seals';
const RESET = `
  UPDATE ledger_seal_position
     SET sealed_to = 0, sealed_at = NULL, candidate = NULL, candidate_at = NULL
   WHERE id = 1`;

/**
 * Seals the movements up to the last candidate, if every statement of its moment has ended long ago, and
 * notes the next candidate. A ledger that is locked just now is sealed by a later run.
 * @returns the highest sealed movement id
 */
export async function advanceSeals(
  database: Database,
  { ripeAfterMs }: { readonly ripeAfterMs: number },
): Promise<number> {
  const position = await readPosition(database, ripeAfterMs);
  let { sealedTo } = position;
  if (position.candidate !== null && !position.isRipe) return sealedTo;
  const goal = position.candidate ?? 0;
  try {
    for (let next = sealedTo; next < goal; sealedTo = next) {
      next = Math.min(goal, sealedTo + IDS_AT_ONCE);
      if (!(await sealRange(database, sealedTo, next))) return sealedTo;
      await failpoint('reconcile.sealed_range');
    }
    await database.transaction((session) => session.run(NOTE_CANDIDATE));
  } catch (error) {
    // Locked just now; or a server on which a locking read wants more rights than the application has.
    const isLeft =
      error instanceof InvError &&
      (error.code === 'STORE_UNAVAILABLE' || error.code === 'NOT_PERMITTED');
    if (!isLeft) throw error;
  }
  return sealedTo;
}

/** @returns false when another process has moved the seal meanwhile */
function sealRange(database: Database, from: number, to: number): Promise<boolean> {
  return database.transaction(async (session) => {
    const [row] = await session.rows<{ sealed_to: number }>(LOCK_POSITION);
    if (row === undefined || integer(row.sealed_to) !== from) return false;
    await session.rows(LOCK_MOVEMENTS, [from, to]);
    await session.run(ADD, [from, to]);
    await session.run(MOVE, [to]);
    return true;
  });
}

async function readPosition(
  database: Database,
  ripeAfterMs: number,
): Promise<{
  readonly sealedTo: number;
  readonly candidate: number | null;
  readonly isRipe: boolean;
}> {
  const [row] = await database.read((session) =>
    session.rows<{ sealed_to: number; candidate: number | null; is_ripe: number | null }>(
      SELECT_POSITION,
      [ripeAfterMs],
    ),
  );
  return {
    sealedTo: integer(row?.sealed_to ?? 0),
    candidate:
      row?.candidate === undefined || row.candidate === null ? null : integer(row.candidate),
    isRipe: row?.is_ripe === 1,
  };
}

/** Inside the transaction that records why. */
export async function forgetSeals(session: Session): Promise<void> {
  await session.rows(LOCK_POSITION);
  await session.run(FORGET);
  await session.run(RESET);
}
