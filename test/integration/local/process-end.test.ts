import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processEnds, watchProcess } from '../../../src/local/process-end.ts';

let child: ChildProcess;
beforeEach(async () => {
  child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
});
afterEach(() => child.kill('SIGKILL'));

test('is told when the process is there no more, and not before', async () => {
  const watched = watchProcess(child.pid!);
  expect(await processEnds(watched, 50)).toBe(false);
  const ending = processEnds(watched, 60_000);
  child.kill('SIGKILL');
  expect(await ending).toBe(true);
  expect(watchProcess(child.pid!).startedAt).toBeUndefined();
  expect(await processEnds(watchProcess(child.pid!), 0)).toBe(true);
});

test('another process that has got the same number is not waited for', async () => {
  const { pid, startedAt } = watchProcess(child.pid!);
  expect(startedAt).toBeDefined();
  expect(await processEnds({ pid, startedAt: 'long ago' }, 60_000)).toBe(true);
});
