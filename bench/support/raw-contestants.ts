import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { LOCAL_ADMIN_USER, LOCAL_DATABASE } from '../../src/local/options.ts';
import type { Contestant } from './contest.ts';
import { numbersOf } from './home.ts';
import type { BenchHome } from './home.ts';
import type { StrategyContestant } from './strategy-contestants.ts';

/** What others would write by hand on the bare driver, on tables that have nothing but the stock. */
export interface RawField {
  /** SELECT … FOR UPDATE, UPDATE, COMMIT, each a round trip; no ledger. */
  readonly forUpdate: Contestant;
  /** The same with a line of a ledger. */
  readonly forUpdateWithLedger: Contestant;
  /** A procedure of a guarded UPDATE and a line of a ledger; no request ids. */
  readonly bareProcedure: Contestant;
  /** Our own procedure, called without anything of inv around it. */
  readonly sameProcedure: Contestant;
  /** @returns units that are gone from the raw tables, and lines that say so */
  books(): Promise<{ readonly gone: number; readonly ledger: number; readonly negative: number }>;
  close(): Promise<void>;
}

const CALL_SAME = 'CALL post_one_line(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

export async function enterRaw(
  { sql, socket }: BenchHome,
  options: {
    readonly stock: number;
    readonly writersMax: number;
    readonly like: StrategyContestant;
  },
): Promise<RawField> {
  for (const statement of TABLES) await sql.query(statement);
  await sql.query('INSERT INTO raw_stock VALUES (1, ?), (2, ?), (3, ?)', [
    options.stock,
    options.stock,
    options.stock,
  ]);
  const pool = createPool({
    socketPath: socket,
    user: LOCAL_ADMIN_USER,
    database: LOCAL_DATABASE,
    connectionLimit: options.writersMax,
  });
  const connected = async <T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> => {
    const connection = await pool.getConnection();
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  };
  return {
    forUpdate: {
      name: 'raw FOR UPDATE',
      take: () => connected((connection) => takeForUpdate(connection, 1, false)),
    },
    forUpdateWithLedger: {
      name: 'raw FOR UPDATE + ledger',
      take: () => connected((connection) => takeForUpdate(connection, 2, true)),
    },
    bareProcedure: { name: 'raw bare procedure', take: () => takeByBareProcedure(pool) },
    sameProcedure: {
      name: 'raw same procedure',
      take: (product) => takeBySameProcedure(pool, options.like, product),
    },
    books: async () => {
      const {
        gone = -1,
        ledger = -1,
        negative = -1,
      } = await numbersOf(
        sql,
        `SELECT SUM(IF(id = 1, 0, ? - on_hand)) AS gone, SUM(on_hand < 0) AS negative,
                (SELECT COUNT(*) FROM raw_ledger) AS ledger FROM raw_stock`,
        [options.stock],
      );
      return { gone, ledger, negative };
    },
    close: () => pool.end(),
  };
}

const TABLES = [
  `CREATE TABLE raw_stock (id BIGINT NOT NULL PRIMARY KEY, on_hand BIGINT NOT NULL) ENGINE = InnoDB`,
  `CREATE TABLE raw_ledger (
     id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, stock_id BIGINT NOT NULL, quantity BIGINT NOT NULL
   ) ENGINE = InnoDB`,
  `CREATE PROCEDURE raw_take(IN p_id BIGINT)
   BEGIN
     START TRANSACTION;
     UPDATE raw_stock SET on_hand = on_hand - 1 WHERE id = p_id AND on_hand >= 1;
     IF ROW_COUNT() = 1 THEN
       INSERT INTO raw_ledger (stock_id, quantity) VALUES (p_id, -1);
       COMMIT;
       SELECT 1 AS taken;
     ELSE
       ROLLBACK;
       SELECT 0 AS taken;
     END IF;
   END`,
];

async function takeForUpdate(
  connection: PoolConnection,
  id: number,
  hasLedger: boolean,
): Promise<'taken' | 'refused'> {
  await connection.query('START TRANSACTION');
  const [rows] = await connection.execute<RowDataPacket[]>(
    'SELECT on_hand FROM raw_stock WHERE id = ? FOR UPDATE',
    [id],
  );
  if (!(Number(rows[0]?.['on_hand']) >= 1)) {
    await connection.query('ROLLBACK');
    return 'refused';
  }
  await connection.execute<ResultSetHeader>(
    'UPDATE raw_stock SET on_hand = on_hand - 1 WHERE id = ?',
    [id],
  );
  if (hasLedger) {
    await connection.execute('INSERT INTO raw_ledger (stock_id, quantity) VALUES (?, -1)', [id]);
  }
  await connection.query('COMMIT');
  return 'taken';
}

async function takeByBareProcedure(pool: Pool): Promise<'taken' | 'refused'> {
  const [sets] = await pool.execute<RowDataPacket[][]>('CALL raw_take(3)');
  return Number(sets[0]?.[0]?.['taken']) === 1 ? 'taken' : 'refused';
}

async function takeBySameProcedure(
  pool: Pool,
  like: StrategyContestant,
  product: number,
): Promise<'taken' | 'refused'> {
  const { requestId, origin, kind, lines, fingerprint } = like.draft(product, -1);
  const [line] = lines;
  const [sets] = await pool.execute<RowDataPacket[][]>(CALL_SAME, [
    requestId,
    Buffer.from(fingerprint, 'hex'),
    kind,
    like.strategyName,
    origin.actor,
    origin.host,
    origin.source,
    null,
    null,
    null,
    null,
    line?.productId ?? 0,
    line?.locationId ?? 0,
    -1,
    null,
  ]);
  return sets[0]?.[0]?.['outcome'] === 'posted' ? 'taken' : 'refused';
}
