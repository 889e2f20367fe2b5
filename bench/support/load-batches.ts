import { Readable } from 'node:stream';
import { createConnection } from 'mysql2/promise';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { LOCAL_ADMIN_USER, LOCAL_DATABASE } from '../../src/local/options.ts';

const TABLES = ['postings', 'movements', 'orders'] as const;
type Table = (typeof TABLES)[number];

/** The rows of one batch as LOAD DATA reads them, by table. */
export type BatchText = ReadonlyMap<Table, { readonly text: Buffer; readonly rows: number }>;

/**
 * The peer: rows that settlement has written, loaded batch by batch with LOAD DATA, each in one
 * transaction, into tables with the same columns, indexes, checks and foreign keys.
 */
export interface LoadPeer {
  /** The newest rows of the ledger, in batches, the oldest first. */
  texts(batches: number, eventsPerBatch: number, tables: readonly Table[]): Promise<BatchText[]>;
  load(batches: readonly BatchText[]): Promise<void>;
  rows(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export async function createLoadPeer(socketPath: string): Promise<LoadPeer> {
  const connection = await createConnection({
    socketPath,
    user: LOCAL_ADMIN_USER,
    database: LOCAL_DATABASE,
  });
  for (const table of TABLES) await connection.query(`CREATE TABLE peer_${table} LIKE ${table}`);
  await connection.query(
    `ALTER TABLE peer_postings
       ADD CONSTRAINT peer_reverses_fk FOREIGN KEY (reverses_id) REFERENCES peer_postings (id),
       ADD CONSTRAINT peer_supplier_fk FOREIGN KEY (supplier_id) REFERENCES suppliers (id)`,
  );
  await connection.query(
    'ALTER TABLE peer_movements ADD CONSTRAINT peer_posting_fk FOREIGN KEY (posting_id) REFERENCES peer_postings (id)',
  );
  return {
    texts: async (batches, eventsPerBatch, tables) => {
      const list: BatchText[] = [];
      for (let at = batches - 1; at >= 0; at -= 1) {
        const batch = new Map<Table, { text: Buffer; rows: number }>();
        for (const table of tables) {
          batch.set(table, await rowsOf(connection, table, { at, eventsPerBatch }));
        }
        list.push(batch);
      }
      return list;
    },
    load: async (batches) => {
      for (const batch of batches) {
        await connection.query('START TRANSACTION');
        for (const [table, { text, rows }] of batch) await load(connection, table, { text, rows });
        await connection.query('COMMIT');
      }
    },
    rows: async () => {
      const [rows] = await connection.query<RowDataPacket[]>(
        `SELECT (SELECT COUNT(*) FROM peer_postings) AS postings,
                (SELECT COUNT(*) FROM peer_movements) AS movements`,
      );
      return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([n, v]) => [n, Number(v)]));
    },
    close: () => connection.end(),
  };
}

async function load(
  connection: Connection,
  table: Table,
  { text, rows }: { readonly text: Buffer; readonly rows: number },
): Promise<void> {
  const [header] = await connection.query<ResultSetHeader>({
    sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE peer_${table} CHARACTER SET binary`,
    infileStreamFactory: () => Readable.from([text]),
  });
  if (header.affectedRows !== rows) {
    throw new Error(`${header.affectedRows} of ${rows} rows were loaded into ${table}`);
  }
}

async function rowsOf(
  connection: Connection,
  table: Table,
  { at, eventsPerBatch }: { readonly at: number; readonly eventsPerBatch: number },
): Promise<{ readonly text: Buffer; readonly rows: number }> {
  const [rows] = await connection.query<RowDataPacket[]>({
    sql: `SELECT * FROM (SELECT * FROM ${table} ORDER BY id DESC LIMIT ? OFFSET ?) AS newest ORDER BY id`,
    values: [eventsPerBatch, at * eventsPerBatch],
    rowsAsArray: true,
    typeCast: (field) => field.buffer(),
  });
  const lines = rows.map((row) =>
    Buffer.concat(
      (row as unknown as (Buffer | null)[]).flatMap((value, column, all) => [
        value === null ? Buffer.from('\\N') : escaped(value),
        Buffer.from(column === all.length - 1 ? '\n' : '\t'),
      ]),
    ),
  );
  return { text: Buffer.concat(lines), rows: rows.length };
}

const ESCAPED: ReadonlySet<number> = new Set([0x00, 0x09, 0x0a, 0x5c]);

/** Bytes that LOAD DATA would take for its own get a backslash (a NUL becomes `\0`). */
function escaped(value: Buffer): Buffer {
  if (!value.some((byte) => ESCAPED.has(byte))) return value;
  return Buffer.from(
    [...value].flatMap((byte) =>
      ESCAPED.has(byte) ? [0x5c, byte === 0x00 ? 0x30 : byte] : [byte],
    ),
  );
}
