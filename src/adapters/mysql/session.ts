import type {
  FieldPacket,
  PoolConnection,
  QueryResult,
  ResultSetHeader,
  RowDataPacket,
} from 'mysql2/promise';
import { inTime } from './in-time.ts';
import { prepareRows } from './row-statements.ts';
import type { PreparedRows, RowsToWrite } from './row-statements.ts';

/** What a prepared statement may carry: validated scalars only. */
export type Parameter = string | number | null | Buffer;

/** One connection, inside a transaction or not. Errors are the driver's; `Database` translates them. */
export interface Session {
  /** Rows of a prepared SELECT, or of the first result set of a CALL. */
  rows<Row>(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
  /** A prepared write. */
  run(
    sql: string,
    parameters?: readonly Parameter[],
  ): Promise<{ matched: number; insertId: number }>;
  /** Multi-row INSERTs, in statements of bounded size. */
  prepareRows<Item>(rows: RowsToWrite<Item>): PreparedRows;
}

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
    prepareRows: (rows) => prepareRows({ connection, timeoutMs: timeout }, rows),
  };
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
