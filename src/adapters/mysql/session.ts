import type { PoolConnection, QueryResult, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { assert } from '../../lib/assert.ts';

/** What a statement may carry: validated scalars only. */
export type Scalar = string | number | null | Buffer;

/** One connection, inside a transaction or not. Errors are the driver's; `Database` translates them. */
export interface Session {
  /** Rows of a prepared SELECT, or of the first result set of a CALL. */
  rows<Row>(sql: string, parameters?: readonly Scalar[]): Promise<readonly Row[]>;
  /** A prepared write. */
  run(sql: string, parameters?: readonly Scalar[]): Promise<{ matched: number; insertId: number }>;
  /**
   * Multi-row INSERTs: `sql` ends in VALUES and the rows follow, escaped by the driver.
   * @returns the generated ids, in the order of the rows: InnoDB gives those of one INSERT … VALUES
   *   one after the other (MySQL manual, "AUTO_INCREMENT Handling in InnoDB", simple inserts)
   */
  insertRows(sql: string, rows: readonly (readonly Scalar[])[]): Promise<readonly number[]>;
}

/** Keeps a statement well below any server's max_allowed_packet. */
const ROWS_PER_INSERT_MAX = 2_000;

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
      const ids: number[] = [];
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT_MAX) {
        const values = [rows.slice(at, at + ROWS_PER_INSERT_MAX)];
        const [header] = await connection.query<ResultSetHeader>({
          sql: `${sql} ?`,
          timeout,
          values,
        });
        for (let offset = 0; offset < header.affectedRows; offset += 1) {
          ids.push(header.insertId + offset);
        }
      }
      assert(ids.length === rows.length, 'every row was inserted');
      return ids;
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
