import type { PoolConnection, ResultSetHeader } from 'mysql2/promise';
import { assert } from '../../lib/assert.ts';
import { inTime } from './in-time.ts';

/** Writes a text, or NULL, as SQL; escaped by the driver where that is needed. */
export type TextLiteral = (value: string | null) => string;

/** Rows of one table, each made into text only when its statement is about to be sent. */
export interface RowsToWrite<Item> {
  /** Ends in VALUES; the rows follow. */
  readonly sql: string;
  readonly items: readonly Item[];
  /** `(1, 'a', NULL)`, of numbers, `hexLiteral` and what `text` gives. */
  readonly literalOf: (item: Item, text: TextLiteral) => string;
  /** Behind the rows (ON DUPLICATE KEY UPDATE …); then ids mean nothing. */
  readonly clause?: string;
}

/** The first statement is text already; nothing is sent yet. */
export interface PreparedRows {
  /**
   * @returns the generated ids, in the order of the rows: InnoDB gives those of one INSERT … VALUES
   *   one after the other (MySQL manual, "AUTO_INCREMENT Handling in InnoDB", simple inserts); none
   *   with a clause
   */
  send(): Promise<readonly number[]>;
}

/**
 * Keeps a statement well below any server's max_allowed_packet, and short enough that the next one
 * is made while the server works on this one.
 */
const ROWS_PER_STATEMENT_MAX = 1_000;

export function prepareRows<Item>(
  { connection, timeoutMs }: { readonly connection: PoolConnection; readonly timeoutMs: number },
  { sql, items, literalOf, clause }: RowsToWrite<Item>,
): PreparedRows {
  const text: TextLiteral = (value) => {
    if (value === null) return 'NULL';
    return NEEDS_NO_ESCAPE.test(value) ? `'${value}'` : connection.escape(value);
  };
  const statementFrom = (at: number): string => {
    const rows = items.slice(at, at + ROWS_PER_STATEMENT_MAX);
    const values = rows.map((item) => literalOf(item, text)).join(',');
    return clause === undefined ? `${sql} ${values}` : `${sql} ${values} ${clause}`;
  };
  let next = items.length === 0 ? null : statementFrom(0);
  return {
    send: async () => {
      const ids: number[] = [];
      for (let at = 0; next !== null; at += ROWS_PER_STATEMENT_MAX) {
        // `values: null` tells the driver that the text is final; else it would look through it for `?`.
        const query = connection.query<ResultSetHeader>({ sql: next, values: null });
        const running = inTime(query, timeoutMs);
        const rest = at + ROWS_PER_STATEMENT_MAX;
        // Made while the server works; sent only when it is done (after a deadlock the server would
        // run it outside of the transaction that it has ended).
        next = rest < items.length ? statementFrom(rest) : null;
        const [header] = await running;
        if (clause !== undefined) continue;
        for (let offset = 0; offset < header.affectedRows; offset += 1) {
          ids.push(header.insertId + offset);
        }
      }
      assert(clause !== undefined || ids.length === items.length, 'every row was inserted');
      return ids;
    },
  };
}

/** Text of which the driver's escaping makes the same between quotes: codes, ids, times, most references. */
const NEEDS_NO_ESCAPE = /^[A-Za-z0-9 ._:/@#+=-]*$/;

/** Bytes given as hexadecimal digits: no detour through a Buffer a row. */
export function hexLiteral(digits: string): string {
  assert(/^[0-9a-f]+$/.test(digits), 'a hex literal is made of hexadecimal digits');
  return `X'${digits}'`;
}
