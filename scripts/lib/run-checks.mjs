import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { captureCommand } from './run-command.mjs';

/** Longest first, so that the short ones fill the gaps. */
const CHECKS = [
  tool('lint', 'eslint/bin/eslint.js', ...eslintArguments()),
  tool('types', 'typescript/bin/tsc', '-p', '.'),
  tool('unused', 'knip/bin/knip.js', '--no-progress'),
  tool('layers', 'dependency-cruiser/bin/dependency-cruise.mjs', ...layerArguments()),
  tool('format', 'prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'),
  { name: 'build', file: 'scripts/build.mjs', args: ['--quiet'] },
  { name: 'schema', file: 'scripts/schema-dump.mjs', args: ['--check'] },
];

/**
 * Runs every check, all of them also when one fails, and shows what the failed ones printed.
 * `--report FILE` writes `{ passed, failed }` as JSON.
 *
 * @returns {Promise<number>} 0 when all passed, else 1
 */
export async function runChecks(args) {
  const queue = CHECKS.filter(({ name, file }) => name !== 'schema' || existsSync(file));
  const tally = { passed: 0, failed: 0 };
  const workers = Array.from({ length: Math.min(availableParallelism(), 4) }, async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      tally[(await isPassing(check)) ? 'passed' : 'failed'] += 1;
    }
  });
  await Promise.all(workers);
  process.stdout.write(`check: ${tally.passed} passed, ${tally.failed} failed\n`);
  const report = args.indexOf('--report');
  if (report !== -1) writeFileSync(args[report + 1], JSON.stringify(tally));
  return tally.failed === 0 ? 0 : 1;
}

async function isPassing({ name, file, args }) {
  const startedAt = performance.now();
  const { exitCode, output } = await captureCommand(process.execPath, [file, ...args]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  // In one write, so that two checks that end together do not mix.
  const verdict =
    exitCode === 0 ? `✓ ${name} (${seconds} s)\n` : `✗ ${name} (${seconds} s)\n${output}\n`;
  process.stdout.write(verdict);
  return exitCode === 0;
}

function tool(name, script, ...args) {
  return { name, file: path.join('node_modules', script), args };
}

function eslintArguments() {
  return ['.', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/'];
}

function layerArguments() {
  return ['--config', '.dependency-cruiser.cjs', 'src', 'bin'];
}
