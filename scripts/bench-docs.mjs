// Measures the strategies on this machine and writes the tables of docs/strategies.md: `npm run bench:docs`.
//
//   node scripts/bench-docs.mjs            some minutes, on a machine that does nothing else
//   node scripts/bench-docs.mjs --quick    a trial of the script; its figures mean nothing and are not written
//
// Only what stands between the two markers is replaced. Figures are never typed by hand.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { projectRoot } from './lib/project-root.mjs';

const FILE = path.join(projectRoot, 'docs', 'strategies.md');
const BEGIN = '<!-- bench:deduct begin -->';
const END = '<!-- bench:deduct end -->';
const SEED = '1';

const isQuick = process.argv.includes('--quick');
const LENGTH = isQuick
  ? ['--requests', '50', '--rounds', '1']
  : ['--duration', '1s', '--rounds', '3'];

/** Of the columns of the first table: writers and products. */
const FIELDS = isQuick
  ? [[4, 1]]
  : [
      [1, 1],
      [16, 1],
      [64, 1],
      [256, 1],
      [64, 100],
    ];

const home = mkdtempSync(path.join(tmpdir(), 'inv-bench-'));
process.exitCode = main();

function main() {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  if (built.status !== 0) return 1;
  try {
    const text = measure();
    if (isQuick) process.stdout.write(`${text}\n`);
    else writeBlock(text);
    return 0;
  } finally {
    inv(['local', 'stop']);
    rmSync(home, { recursive: true, force: true });
  }
}

function measure() {
  const fields = FIELDS.map(([writers, products]) => ({
    title: `${writers} ${writers === 1 ? 'writer' : 'writers'}, ${products === 1 ? 'hot' : `${products} products`}`,
    ...deduct(['--concurrency', String(writers), '--skus', String(products)]),
  }));
  const judged = deduct(['--concurrency', '16', '--unsafe']);
  const lua = bench(['lua', '--concurrency', isQuick ? '8' : '256', ...LENGTH]);
  const { machine, settings } = fields[0];
  const names = fields[0].strategies.map(({ strategy }) => strategy);
  return [
    `On ${machine.cores} cores of ${machine.cpu} with ${machine.memory_gib} GiB, ${machine.system}, Node ${machine.node}, ${machine.mysql},`,
    `Redis ${machine.redis}; load when it began ${machine.load.toFixed(1)}. Median of ${settings.rounds} rounds, seed ${settings.seed}, every commit`,
    'flushed to the disk. `npm run bench:docs` measures it again and writes these tables.',
    '',
    'Accepted requests a second, and the 99th percentile of the latency:',
    '',
    table(
      ['', ...fields.map(({ title }) => title)],
      names.map((name) => [
        `\`${name}\``,
        ...fields.map(({ strategies }) => figure(strategies.find((one) => one.strategy === name))),
      ]),
    ),
    '',
    'What the books say, in units, with 16 writers on one product and the ways that are known to be wrong:',
    '',
    table(
      ['', 'oversold', 'undersold', 'lost', 'double', 'retries', 'verdict'],
      judged.strategies.map((one) => [
        ...[`\`${one.strategy}\``, one.oversold, one.undersold, one.lost, one.double, one.retries],
        one.verdict,
      ]),
    ),
    '',
    `Counting down in Redis, ${lua.settings.concurrency} requests in flight (\`inv bench lua\`): the library with many requests to a call, one`,
    'a call, the plain script of the seed design, and the bare command, which checks nothing and oversells:',
    '',
    table(
      ['', 'a second, and p99', 'verdict'],
      lua.variants.map((one) => [one.variant, figure(one), one.verdict]),
    ),
  ].join('\n');
}

function deduct(options) {
  return bench(['deduct', '--seed', SEED, ...LENGTH, ...options]);
}

function bench(args) {
  process.stderr.write(`inv bench ${args.join(' ')}\n`);
  const { status, stdout, stderr } = inv(['bench', ...args, '--json']);
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** On servers of its own, so that nothing of the user's is in the way. */
function inv(args) {
  const { PATH } = process.env;
  return spawnSync(process.execPath, [path.join(projectRoot, 'bin', 'inv.js'), ...args], {
    cwd: home,
    env: { PATH, HOME: home, INV_HOME: path.join(home, 'inv'), LANG: 'C.UTF-8' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
}

function figure({ throughput_per_s: perSecond, latency_ms: latency }) {
  return `${Math.round(perSecond).toLocaleString('en-US')} (${latency.p99.toPrecision(3)} ms)`;
}

function table(titles, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

function writeBlock(text) {
  const file = readFileSync(FILE, 'utf8');
  const from = file.indexOf(BEGIN) + BEGIN.length;
  const to = file.indexOf(END);
  if (from < BEGIN.length || to < from) throw new Error(`${FILE} has lost its markers`);
  writeFileSync(FILE, `${file.slice(0, from)}\n${text}\n${file.slice(to)}`);
  spawnSync('npx', ['prettier', '--write', FILE], { cwd: projectRoot, stdio: 'inherit' });
}
