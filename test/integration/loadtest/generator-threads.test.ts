import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startGenerators } from '../../../src/cli/composition/loadtest/generators.ts';
import type { GeneratorsOptions } from '../../../src/cli/composition/loadtest/generators.ts';
import { must } from '../../../src/domain/parse/parsed.ts';
import { DEFAULT_LIMITS } from '../../../src/loadtest/runner/load-run.ts';
import { planSettings } from '../../../src/loadtest/workload/plan-settings.ts';
import { temporaryFolder } from '../../support/servers.ts';

const job: GeneratorsOptions['job'] = {
  settings: must(planSettings({ seed: 1 }), 'options'),
  ...{ run: 'lt-test', target: 'lua', limits: DEFAULT_LIMITS },
};

/** A program in the place of `inv __generate`: what happens between ready and done is the test's. */
function programSaying(script: string): string {
  const packageRoot = temporaryFolder('generator');
  mkdirSync(join(packageRoot, 'bin'));
  writeFileSync(join(packageRoot, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(packageRoot, 'bin', 'inv.js'),
    `import { parentPort } from 'node:worker_threads';\n${script}`,
  );
  return packageRoot;
}

it('generators that are closed before they began fail nobody, as after a Ctrl-C', async () => {
  const packageRoot = programSaying(`
    parentPort.postMessage({ kind: 'ready' });
    parentPort.on('message', () => {});
  `);
  const failures: unknown[] = [];
  const note = (reason: unknown): void => void failures.push(reason);
  process.on('unhandledRejection', note);
  try {
    const generators = await startGenerators({ job, count: 2, packageRoot, environment: {} });
    await generators.close();
    await new Promise(setImmediate);
    expect(failures).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

it('a generator that ends by itself is an error with what it said', async () => {
  const packageRoot = programSaying(`
    parentPort.postMessage({ kind: 'ready' });
    parentPort.once('message', () => { throw new Error('out of memory'); });
  `);
  const generators = await startGenerators({ job, count: 1, packageRoot, environment: {} });
  const [done] = generators.start(Date.now());
  await expect(done).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/^a generator ended with 1: .*out of memory/su) as string,
  });
  await generators.close();
});
