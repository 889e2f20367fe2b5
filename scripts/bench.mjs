// Runs one benchmark of bench/: `npm run bench:startup -- --quick`.
//
//   node scripts/bench.mjs NAME [options of the benchmark]
//
// Builds dist/ first, then bundles the benchmark, because Node 20 runs no TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { projectRoot } from './lib/project-root.mjs';

const [name = '', ...given] = process.argv.slice(2);

process.exitCode = await run();

async function run() {
  const entry = path.join(projectRoot, 'bench', `${name}.bench.ts`);
  if (!existsSync(entry)) {
    process.stderr.write(`bench: there is no bench/${name}.bench.ts\n`);
    return 2;
  }
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  if (built.status !== 0) return 1;
  // Inside the project, so that packages resolve from there.
  const script = path.join(projectRoot, 'node_modules', '.cache', 'bench', `${name}.mjs`);
  await build({
    entryPoints: [entry],
    outfile: script,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const ran = spawnSync(process.execPath, ['--enable-source-maps', script, ...given], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  return ran.status ?? 1;
}
