// Bundles src/main.ts into dist/, which is what `inv` runs. See scripts/lib/bundle.mjs for the shape.
//
//   node scripts/build.mjs [--quiet] [--force] [--if-possible]
//
// Nothing happens when dist/ is newer than its inputs. `--if-possible` is for `prepare`, which also
// runs where the development dependencies or the sources are absent.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fingerprintInputs, isUpToDate, publish, rememberInputs } from './lib/dist-folder.mjs';
import { projectRoot } from './lib/project-root.mjs';

const options = new Set(process.argv.slice(2));

// Commands that open no store. Each makes one kind of start-up fast from the first run on.
const TRAINING_COMMANDS = [['--help'], ['help', 'output'], ['stock', 'out', '--help']];

process.exitCode = await build();

async function build() {
  const missing = whatIsMissing();
  if (missing !== undefined) {
    if (options.has('--if-possible')) return 0;
    process.stderr.write(`build: ${missing}\n`);
    return 1;
  }
  const fingerprint = fingerprintInputs();
  if (!options.has('--force') && isUpToDate(fingerprint)) return 0;
  const startedAt = performance.now();
  // Loaded late: finding nothing to do must not pay for loading the bundler.
  const { bundle } = await import('./lib/bundle.mjs');
  const files = await bundle().catch(() => undefined);
  // The bundler has said what is wrong, where, and showed the line.
  if (files === undefined) return 1;
  publish(files);
  rememberInputs(fingerprint);
  train();
  report(files, performance.now() - startedAt);
  return 0;
}

function whatIsMissing() {
  if (!existsSync(path.join(projectRoot, 'src', 'main.ts'))) return 'src/main.ts does not exist.';
  if (!existsSync(path.join(projectRoot, 'node_modules', 'esbuild'))) {
    return 'the bundler is not installed: run "npm ci".';
  }
  return undefined;
}

/** Fills the code cache. What goes wrong here goes wrong again, and visibly, when a user runs it. */
function train() {
  const launcher = path.join(projectRoot, 'bin', 'inv.js');
  // A bare environment: no setting of the builder's may leak into what is being run.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], INV_CODE_CACHE: 'refresh' };
  for (const command of TRAINING_COMMANDS) {
    spawnSync(process.execPath, [launcher, ...command], { stdio: 'ignore', timeout: 10_000, env });
  }
}

function report(files, durationMs) {
  if (options.has('--quiet')) return;
  const bytes = files
    .filter((file) => file.name.endsWith('.cjs'))
    .reduce((sum, file) => sum + file.contents.byteLength, 0);
  const seconds = (durationMs / 1000).toFixed(1);
  process.stderr.write(`build: dist/ written, ${Math.round(bytes / 1024)} KiB in ${seconds} s\n`);
}
