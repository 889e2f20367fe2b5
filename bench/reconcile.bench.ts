import type { Connection } from 'mysql2/promise';
import { seedProducts, withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { documentOf, field, invJson, runLong } from './support/inv.ts';
import { readOptions } from './support/options.ts';
import { createReadBoth } from './support/read-both.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check, Comparison } from './support/result.ts';
import { runInTurn, samplesOf } from './support/rounds.ts';
import { pairedRatio, spreadOf } from './support/statistics.ts';

/**
 * `inv reconcile` as a whole process, on so many SKUs, beside a program that reads the same balances and
 * as many keys of Redis and compares nothing (P6), with the peak of its memory.
 *
 *   npm run bench:reconcile [-- --quick] [--rounds N] [--sizes 100000,1000000]
 */
const WARM_UPS = 1;
const TARGET = { id: 'P6', atMost: 1 } as const;
const MEMORY_MIB_MAX = 150;
/** One in so many SKUs has moved since the last seal. */
const MOVED_EVERY = 100;
const LEDGER = 'inv reconcile, from the seal';
const FULL = 'inv reconcile --full';

const MOVE = `
  INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)`;
const FROM = 'FROM products r JOIN postings p ON p.request_id = ?';

const options = readOptions({ rounds: 5, quickRounds: 2 });
const sizes = options.sizes ?? (options.quick ? [2_000, 20_000] : [100_000, 1_000_000]);
const comparisons: Comparison[] = [];
const checks: Check[] = [];
const measured: Record<string, unknown> = {};
for (const size of sizes) await withHome(options.binary, (home) => bench(home, size));
conclude({ name: 'reconcile', settings: { sizes }, comparisons, checks, measured }, options);

async function bench(home: BenchHome, size: number): Promise<void> {
  await fill(home.sql, size);
  const status = await invJson(['local', 'status'], home.inv);
  const redis = String(field(field(status, 'redis'), 'socket'));
  const peer = await createReadBoth({ mysql: home.socket, redis }, size);
  const memory = new Map<string, number>();
  const side = (name: string, args: readonly string[]) => ({
    name,
    run: async (): Promise<number> => {
      const run = await runLong(['reconcile', ...args, '--json'], home.inv);
      const document = documentOf(args, run);
      checks.push(check(`${name} at ${size} is clean`, field(document, 'status'), 'clean'));
      const looked = field(field(document, 'checked'), 'stock_rows');
      checks.push(check(`${name} at ${size} looks at every row`, looked, size));
      memory.set(name, Math.max(memory.get(name) ?? 0, run.memoryMibMax));
      return run.durationMs;
    },
  });
  const sides = [
    side(LEDGER, []),
    side(FULL, ['--full']),
    { name: peer.name, run: () => peer.run() },
  ];
  const samples = await runInTurn(sides, { rounds: options.rounds, warmUps: WARM_UPS });
  await peer.close();
  await checkThatItFinds(home);
  printTable(
    [`${size} SKUs`, 'median ms', 'range', 'peak MiB'],
    [...samples].map(([name, ms]) => {
      const { median, range } = spreadOf(ms);
      const peak = memory.get(name)?.toFixed(0) ?? '';
      return [name, median.toFixed(0), range.map((value) => value.toFixed(0)).join('–'), peak];
    }),
  );
  for (const name of [LEDGER, FULL]) {
    const peak = memory.get(name) ?? 0;
    const evidence = `${peak.toFixed(0)} MiB`;
    checks.push({
      what: `${name} at ${size} stays within ${MEMORY_MIB_MAX} MiB`,
      holds: peak <= MEMORY_MIB_MAX,
      evidence,
    });
    comparisons.push({
      what: `${name}, ${size} SKUs`,
      peer: peer.name,
      ratio: pairedRatio(samplesOf(samples, name), samplesOf(samples, peer.name)),
      ...(name === LEDGER ? { target: TARGET } : {}),
    });
  }
  measured[String(size)] = {
    duration_ms: Object.fromEntries(samples),
    memory_mib: Object.fromEntries(memory),
  };
}

/** A fast check that finds nothing is worth nothing: one wrong row of all must be found, by its number. */
async function checkThatItFinds({ sql, inv }: BenchHome): Promise<void> {
  const row = `product_id = (SELECT MAX(id) - 1 FROM products)`;
  await sql.query(`UPDATE stock SET on_hand = on_hand + 3 WHERE ${row}`);
  const run = await runLong(['reconcile', '--json'], inv);
  const findings = field(JSON.parse(run.stdout) as unknown, 'findings');
  const found = Array.isArray(findings) ? findings.map((one) => field(one, 'delta')) : null;
  checks.push(check('one wrong row of all is found', [run.exitCode, found], [6, [3]]));
}

/** Products that were all received once and are sealed; some have moved since. */
async function fill(sql: Connection, size: number): Promise<void> {
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
  await sql.query('ANALYZE TABLE products, stock, postings, movements, ledger_seals');
}

async function post(sql: Connection, name: string): Promise<void> {
  await sql.query(
    `INSERT INTO postings (request_id, fingerprint, kind, strategy, actor, host, source, occurred_at, posted_at)
     VALUES (?, REPEAT('x', 32), 'in', 'conditional', 'bench', 'bench', 'bench', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [name],
  );
}
