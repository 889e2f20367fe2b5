// Global set-up of the acceptance tests: they run bin/inv.js, so dist/ must be of these sources.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { projectRoot } from './lib/project-root.mjs';

export function setup() {
  const builder = path.join(projectRoot, 'scripts', 'build.mjs');
  const { status } = spawnSync(process.execPath, [builder, '--quiet'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('the build failed, so there is nothing to test');
}
