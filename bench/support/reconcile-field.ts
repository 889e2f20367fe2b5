import { Redis } from 'ioredis';
import type { Connection, ResultSetHeader } from 'mysql2/promise';
import { seedProducts } from './home.ts';
import type { BenchHome } from './home.ts';
import { field, invJson } from './inv.ts';
import type { Inv } from './inv.ts';

/** One in so many SKUs has moved since the last seal. */
const MOVED_EVERY = 100;

const MOVE = `
  INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)`;
const FROM = 'FROM products r JOIN postings p ON p.request_id = ?';

/**
 * Products that were all received once and are sealed; some have moved since, one in `poolEvery` has a
 * pool. @returns how many pools there are
 */
export async function fillReconcileField(
  { sql, inv }: BenchHome,
  { size, poolEvery }: { readonly size: number; readonly poolEvery: number },
): Promise<number> {
  await seedProducts(sql, 'REC', size);
  await post(sql, 'received');
  await sql.query(`${MOVE} SELECT p.id, r.id, r.id, 1, 1000, 1000, 1000 ${FROM}`, ['received']);
  await sql.query(`INSERT INTO stock (product_id, location_id, on_hand)
                   SELECT product_id, location_id, quantity FROM movements`);
  await sql.query(
    `INSERT INTO ledger_seals SELECT product_id, location_id, quantity FROM movements`,
  );
  await sql.query('UPDATE ledger_seal_position SET sealed_to = (SELECT MAX(id) FROM movements)');
  await post(sql, 'sold');
  const moved = `WHERE r.id % ${MOVED_EVERY} = 0`;
  await sql.query(`${MOVE} SELECT p.id, r.id, r.id, 1, -1, 999, 999 ${FROM} ${moved}`, ['sold']);
  await sql.query(`UPDATE stock SET on_hand = 999 WHERE product_id % ${MOVED_EVERY} = 0`);
  const pools = await openPools(sql, poolEvery);
  await sql.query('ANALYZE TABLE products, stock, postings, movements, ledger_seals, pools');
  await handOver(inv);
  return pools;
}

/** In the books by one statement; a worker hands them to Redis, as it does after a loss. */
async function openPools(sql: Connection, poolEvery: number): Promise<number> {
  const some = `product_id % ${poolEvery} = 0`;
  await sql.query(`UPDATE stock SET reserved = 100 WHERE ${some}`);
  await sql.query(`INSERT INTO settlement_log (shard, version, token, logged_at)
                   VALUES (0, 0, REPEAT('x', 16), UTC_TIMESTAMP(6))`);
  await sql.query('INSERT INTO settlement_progress (shard) VALUES (0)');
  const [opened] = await sql.query<ResultSetHeader>(
    `INSERT INTO pools (product_id, location_id, bucket, shard, state, delegated)
     SELECT product_id, location_id, 0, 0, 'open', reserved FROM stock WHERE ${some}`,
  );
  return opened.affectedRows;
}

/** Without an fsync for each pool, which is not what is measured. */
async function handOver(inv: Inv): Promise<void> {
  const status = field(await invJson(['local', 'status'], inv), 'redis');
  const redis = new Redis({ path: String(field(status, 'socket')) });
  const [, durability = 'always'] = (await redis.config('GET', 'appendfsync')) as readonly string[];
  await redis.config('SET', 'appendfsync', 'no');
  await invJson(['worker', 'once'], inv);
  await redis.config('SET', 'appendfsync', durability);
  await redis.quit();
}

async function post(sql: Connection, name: string): Promise<void> {
  await sql.query(
    `INSERT INTO postings (request_id, fingerprint, kind, strategy, actor, host, source, occurred_at, posted_at)
     VALUES (?, REPEAT('x', 32), 'in', 'conditional', 'bench', 'bench', 'bench', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [name],
  );
}
