import { withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { documentOf, field, invJson, runLong } from './support/inv.ts';
import { readOptions } from './support/options.ts';
import { createReadBoth } from './support/read-both.ts';
import { fillReconcileField } from './support/reconcile-field.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check, Comparison } from './support/result.ts';
import { runInTurn, samplesOf } from './support/rounds.ts';
import { pairedRatio, spreadOf } from './support/statistics.ts';

/**
 * `inv reconcile` as a whole process, on so many SKUs of which some have a pool, beside a program that
 * reads the same balances and a key of Redis for every pool and compares nothing (P6), with the peak of
 * its memory.
 *
 *   npm run bench:reconcile [-- --quick] [--rounds N] [--sizes 100000,1000000]
 */
const WARM_UPS = 1;
const TARGET = { id: 'P6', atMost: 1 } as const;
const MEMORY_MIB_MAX = 150;
/** One in so many SKUs is sold by Redis. */
const POOL_EVERY = 20;
const LEDGER = 'inv reconcile, from the seal';
const FULL = 'inv reconcile --full';

const options = readOptions({ rounds: 5, quickRounds: 2 });
const sizes = options.sizes ?? (options.quick ? [2_000, 20_000] : [100_000, 1_000_000]);
const comparisons: Comparison[] = [];
const checks: Check[] = [];
const measured: Record<string, unknown> = {};
for (const size of sizes) await withHome(options.binary, (home) => bench(home, size));
conclude(
  { name: 'reconcile', settings: { sizes, pool_every: POOL_EVERY }, comparisons, checks, measured },
  options,
);

async function bench(home: BenchHome, size: number): Promise<void> {
  const pools = await fillReconcileField(home, { size, poolEvery: POOL_EVERY });
  const status = await invJson(['local', 'status'], home.inv);
  const redis = String(field(field(status, 'redis'), 'socket'));
  const peer = await createReadBoth({ mysql: home.socket, redis }, pools);
  const memory = new Map<string, number>();
  const side = (name: string, args: readonly string[]) => ({
    name,
    run: async (): Promise<number> => {
      const run = await runLong(['reconcile', ...args, '--json'], home.inv);
      const document = documentOf(args, run);
      checks.push(check(`${name} at ${size} is clean`, field(document, 'status'), 'clean'));
      const checked = field(document, 'checked');
      const looked = [field(checked, 'stock_rows'), field(checked, 'buckets')];
      checks.push(check(`${name} at ${size} looks at every row and pool`, looked, [size, pools]));
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
    [`${size} SKUs, ${pools} pools`, 'median ms', 'range', 'peak MiB'],
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
      what: `${name}, ${size} SKUs, ${pools} pools`,
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
