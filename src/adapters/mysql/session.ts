import type {
  FieldPacket,
  PoolConnection,
  QueryResult,
  ResultSetHeader,
  RowDataPacket,
} from 'mysql2/promise';
import { assert } from '../../lib/assert.ts';
import { inTime } from './in-time.ts';

/** What a prepared statement may carry: validated scalars only. */
export type Parameter = string | number | null | Buffer;

/** What a row of a multi-row INSERT may carry. */
export type Scalar = Parameter | SqlLiteral;

/** Text that is SQL already: only ever made by `hexLiteral`. */
interface SqlLiteral {
  toSqlString(): string;
}

/** One connection, inside a transaction or not. Errors are the driver's; `Database` translates them. */
export interface Session {
  /** Rows of a prepared SELECT, or of the first result set of a CALL. */
  rows<Row>(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
  /** A prepared write. */
  run(
    sql: string,
    parameters?: readonly Parameter[],
  ): Promise<{ matched: number; insertId: number }>;
  /**
   * Multi-row INSERTs: `sql` ends in VALUES and the rows follow, text escaped by the driver.
   * @returns the generated ids, in the order of the rows: InnoDB gives those of one INSERT … VALUES
   *   one after the other (MySQL manual, "AUTO_INCREMENT Handling in InnoDB", simple inserts)
   */
  insertRows(sql: string, rows: readonly (readonly Scalar[])[]): Promise<readonly number[]>;
  /** The same with a clause after the rows (ON DUPLICATE KEY UPDATE …), where ids mean nothing. */
  upsertRows(sql: string, rows: readonly (readonly Scalar[])[], clause: string): Promise<void>;
}

/** Bytes given as hexadecimal digits, for a multi-row INSERT: no detour through a Buffer a row. */
export function hexLiteral(digits: string): SqlLiteral {
  assert(/^[0-9a-f]+$/.test(digits), 'a hex literal is made of hexadecimal digits');
  return { toSqlString: () => `X'${digits}'` };
}

/** Keeps a statement well below any server's max_allowed_packet. */
const ROWS_PER_INSERT_MAX = 2_000;

export function sessionOf(connection: PoolConnection, statementTimeoutMs: number): Session {
  // The client's own limit stands a little behind the server's, so that the server's clear answer comes first.
  const timeout = statementTimeoutMs + 2_000;
  return {
    rows: async <Row>(sql: string, parameters: readonly Parameter[] = []) => {
      const [result, fields] = await inTime(
        connection.execute<QueryResult>({ sql, values: [...parameters] }),
        timeout,
      );
      const rows = firstResultSet(result);
      textFromVarbinary(rows, firstColumns(fields));
      return rows as unknown as readonly Row[];
    },
    run: async (sql, parameters = []) => {
      const [header] = await inTime(
        connection.execute<ResultSetHeader>({ sql, values: [...parameters] }),
        timeout,
      );
      return { matched: header.affectedRows, insertId: header.insertId };
    },
    insertRows: async (sql, rows) => {
      const ids: number[] = [];
      for await (const header of sendRows({ connection, timeout, sql, clause: '' }, rows)) {
        for (let offset = 0; offset < header.affectedRows; offset += 1) {
          ids.push(header.insertId + offset);
        }
      }
      assert(ids.length === rows.length, 'every row was inserted');
      return ids;
    },
    upsertRows: async (sql, rows, clause) => {
      for await (const _header of sendRows({ connection, timeout, sql, clause }, rows)) {
        // What a row became, its clause decides.
      }
    },
  };
}

interface Sending {
  readonly connection: PoolConnection;
  readonly timeout: number;
  readonly sql: string;
  readonly clause: string;
}

/** Sends rows in statements of bounded size, one after the other. */
async function* sendRows(
  { connection, timeout, sql, clause }: Sending,
  rows: readonly (readonly Scalar[])[],
): AsyncGenerator<ResultSetHeader> {
  const escape = (text: string | Buffer): string => connection.escape(text);
  const textFrom = (at: number): string =>
    `${sql} ${valuesText(rows.slice(at, at + ROWS_PER_INSERT_MAX), escape)} ${clause}`;
  let next = textFrom(0);
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT_MAX) {
    const running = inTime(connection.query<ResultSetHeader>({ sql: next }), timeout);
    // Made while the server works; sent only when it is done (after a deadlock the server would
    // run it outside of the transaction that it has ended).
    if (at + ROWS_PER_INSERT_MAX < rows.length) next = textFrom(at + ROWS_PER_INSERT_MAX);
    const [header] = await running;
    yield header;
  }
}

/** Text of which the driver's escaping makes the same between quotes: codes, ids, times, most references. */
const NEEDS_NO_ESCAPE = /^[A-Za-z0-9 ._:/@#+=-]*$/;

/**
 * `(1, 'a', NULL), (2, 'b', NULL)`. The driver's own list of lists looks at every value anew, also
 * at those that stand in every row: a tenth of the time of booking a file.
 */
function valuesText(
  rows: readonly (readonly Scalar[])[],
  escape: (text: string | Buffer) => string,
): string {
  const literal = (value: Scalar): string => {
    if (typeof value === 'number') return String(value);
    if (value === null) return 'NULL';
    if (typeof value === 'string') {
      return NEEDS_NO_ESCAPE.test(value) ? `'${value}'` : escape(value);
    }
    return Buffer.isBuffer(value) ? escape(value) : value.toSqlString();
  };
  return rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
}

/** A CALL answers with its result sets and a closing header; a SELECT with its rows. */
function firstResultSet(result: QueryResult): readonly RowDataPacket[] {
  if (!Array.isArray(result)) return [];
  const [first] = result;
  return Array.isArray(first) ? first : (result as readonly RowDataPacket[]);
}

/** The driver gives a CALL the columns of each of its result sets, and nothing for the header. */
function firstColumns(
  fields: readonly FieldPacket[] | readonly (readonly FieldPacket[] | undefined)[],
): readonly FieldPacket[] {
  const [first] = fields;
  return Array.isArray(first)
    ? (first as readonly FieldPacket[])
    : (fields as readonly FieldPacket[]);
}

const VAR_STRING = 253;
const BINARY_CHARSET = 63;

/**
 * VARBINARY columns hold codes and request ids: text to us, bytes only to the comparison. (The
 * driver's typeCast does the same at twenty times the cost: it wraps every field of every row.)
 */
function textFromVarbinary(rows: readonly RowDataPacket[], fields: readonly FieldPacket[]): void {
  for (const { name, columnType, characterSet } of fields) {
    if (columnType !== VAR_STRING || characterSet !== BINARY_CHARSET) continue;
    for (const row of rows) {
      const value: unknown = row[name];
      if (Buffer.isBuffer(value)) row[name] = value.toString('utf8');
    }
  }
}
