import type { PoolConnection, QueryResult, ResultSetHeader, RowDataPacket } from 'mysql2/promise';

/** What a statement may carry: validated scalars only. */
export type Scalar = string | number | null | Buffer;

/** One connection, inside a transaction or not. Errors are the driver's; `Database` translates them. */
export interface Session {
  /** Rows of a prepared SELECT, or of the first result set of a CALL. */
  rows<Row>(sql: string, parameters?: readonly Scalar[]): Promise<readonly Row[]>;
  /** A prepared write. */
  run(sql: string, parameters?: readonly Scalar[]): Promise<{ matched: number; insertId: number }>;
  /**
   * A multi-row INSERT: `sql` ends in VALUES and the rows follow, escaped by the driver.
   * @returns the first generated id; the ids of one statement are consecutive
   */
  insertRows(sql: string, rows: readonly (readonly Scalar[])[]): Promise<{ firstId: number }>;
}

export function sessionOf(connection: PoolConnection, statementTimeoutMs: number): Session {
  // The client's own limit stands a little behind the server's, so that the server's clear answer comes first.
  const timeout = statementTimeoutMs + 2_000;
  return {
    rows: async <Row>(sql: string, parameters: readonly Scalar[] = []) => {
      const [result] = await connection.execute<QueryResult>({
        sql,
        timeout,
        values: [...parameters],
      });
      return firstResultSet(result) as unknown as readonly Row[];
    },
    run: async (sql, parameters = []) => {
      const [header] = await connection.execute<ResultSetHeader>({
        sql,
        timeout,
        values: [...parameters],
      });
      return { matched: header.affectedRows, insertId: header.insertId };
    },
    insertRows: async (sql, rows) => {
      const [header] = await connection.query<ResultSetHeader>({
        sql: `${sql} ?`,
        timeout,
        values: [rows],
      });
      return { firstId: header.insertId };
    },
  };
}

/** A CALL answers with its result sets and a closing header; a SELECT with its rows. */
function firstResultSet(result: QueryResult): readonly RowDataPacket[] {
  if (!Array.isArray(result)) return [];
  const [first] = result;
  return Array.isArray(first)
    ? (first as readonly RowDataPacket[])
    : (result as readonly RowDataPacket[]);
}
