import { assert } from '../../lib/assert.ts';
import type {
  AddLocationOutcome,
  ArchiveLocationOutcome,
  EditLocationOutcome,
  Location,
  LocationStore,
} from '../../ports/location-store.ts';
import type { CatalogueStatus } from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import { Rollback } from './database.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './errors.ts';
import { findLivePool } from './pools/live-pool.ts';
import type { Session } from './session.ts';
import { signature, unitOfWork } from './unit-of-work.ts';
import { integer, isoFromDatetime } from './values.ts';

const SELECT = `
  SELECT id, code, name, status, version, created_at, updated_at, actor, request_id FROM locations`;

const INSERT_LOCATION = `
  INSERT INTO locations (code, name, actor, host, source, request_id, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`;

const UPDATE_LOCATION = `
  UPDATE locations
     SET name = ?, status = ?, actor = ?, host = ?, source = ?, request_id = ?,
         version = version + 1, updated_at = UTC_TIMESTAMP(6)
   WHERE id = ?`;

/**
 * Locks every stock row of the place and moves its version on: a posting that waits for one reads the
 * status after it, and one that only compares versions must look again.
 */
const TOUCH_STOCK = 'UPDATE stock SET version = version + 1 WHERE location_id = ?';

const SUM_STOCK = `
  SELECT COUNT(NULLIF(on_hand + reserved, 0)) AS products, COALESCE(SUM(on_hand), 0) AS on_hand,
         COALESCE(SUM(reserved), 0) AS reserved
    FROM stock WHERE location_id = ?`;

interface LocationRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly status: CatalogueStatus;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly actor: string;
  readonly request_id: string;
}

export function createLocationStore(database: Database): LocationStore {
  return {
    find: (code) => database.read((session) => findByCode(session, code)),
    list: (status) =>
      database.read(async (session) => {
        const rows = await session.rows<LocationRow>(
          `${SELECT} WHERE status = COALESCE(?, status) ORDER BY code`,
          [status],
        );
        return rows.map(locationOf);
      }),
    add: (location, write) =>
      unitOfWork(database, write, (session) => addLocation(session, location, write)),
    rename: (id, name, { ifVersion, write }) =>
      unitOfWork(database, write, (session) =>
        renameLocation(session, id, { name, ifVersion, write }),
      ),
    setStatus: (id, status, write) =>
      unitOfWork(database, write, (session) => setStatus(session, id, { status, write })),
  };
}

async function addLocation(
  session: Session,
  { code, name }: { readonly code: string; readonly name: string },
  write: WriteContext,
): Promise<AddLocationOutcome> {
  let status: AddLocationOutcome['status'] = 'added';
  try {
    await session.run(INSERT_LOCATION, [code, name, ...signature(write)]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    status = 'exists';
  }
  return { status, location: await existing(session, code) };
}

async function renameLocation(
  session: Session,
  id: number,
  options: {
    readonly name: string;
    readonly ifVersion: number | null;
    readonly write: WriteContext;
  },
): Promise<EditLocationOutcome> {
  const { name, ifVersion, write } = options;
  const before = await lock(session, id);
  const isReplay = before.name === name && before.requestId === write.requestId;
  if (ifVersion !== null && ifVersion !== before.version && !isReplay) {
    return { status: 'version_conflict', location: before };
  }
  if (before.name === name) return { status: 'unchanged', before, after: before };
  await session.run(UPDATE_LOCATION, [name, before.status, ...signature(write), id]);
  return { status: 'edited', before, after: await existing(session, before.code) };
}

/** The location is locked first, so that no new stock row can refer to it; then the rows there are. */
async function setStatus(
  session: Session,
  id: number,
  { status, write }: { readonly status: CatalogueStatus; readonly write: WriteContext },
): Promise<ArchiveLocationOutcome> {
  const location = await lock(session, id);
  if (location.status === status) return { status: 'unchanged', location };
  if (status === 'archived') {
    const refused = await stockAt(session, id);
    if (refused !== undefined) throw new Rollback<ArchiveLocationOutcome>(refused);
  }
  await session.run(UPDATE_LOCATION, [location.name, status, ...signature(write), id]);
  return { status: 'changed', location: await existing(session, location.code) };
}

/** Locks what lies there. @returns it, unless it is nothing */
async function stockAt(session: Session, id: number): Promise<ArchiveLocationOutcome | undefined> {
  await session.run(TOUCH_STOCK, [id]);
  const pool = await findLivePool(session, { locationId: id });
  if (pool !== null) return { status: 'has_pool', pool };
  const [row] = await session.rows<{
    products: number;
    on_hand: number | string;
    reserved: number | string;
  }>(SUM_STOCK, [id]);
  const products = integer(row?.products ?? 0);
  if (row === undefined || products === 0) return undefined;
  const { on_hand, reserved } = row;
  return { status: 'has_stock', products, onHand: integer(on_hand), reserved: integer(reserved) };
}

async function lock(session: Session, id: number): Promise<Location> {
  const [row] = await session.rows<LocationRow>(`${SELECT} WHERE id = ? FOR UPDATE`, [id]);
  assert(row !== undefined, 'locations are archived, never deleted');
  return locationOf(row);
}

async function existing(session: Session, code: string): Promise<Location> {
  const location = await findByCode(session, code);
  assert(location !== undefined, 'a location that was written can be read');
  return location;
}

async function findByCode(session: Session, code: string): Promise<Location | undefined> {
  const [row] = await session.rows<LocationRow>(`${SELECT} WHERE code = ?`, [code]);
  return row === undefined ? undefined : locationOf(row);
}

function locationOf(row: LocationRow): Location {
  const { id, version, created_at, updated_at, request_id, ...same } = row;
  return {
    ...same,
    id: integer(id),
    version: integer(version),
    createdAt: isoFromDatetime(created_at),
    updatedAt: isoFromDatetime(updated_at),
    requestId: request_id,
  };
}
