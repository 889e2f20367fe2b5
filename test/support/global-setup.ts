import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureLocalServers } from '../../src/local/ensure.ts';
import type { LocalServers } from '../../src/local/options.ts';
import { stopLocalServers } from '../../src/local/stop.ts';
import { localOptions } from './servers-options.ts';

interface SharedRun {
  root: string;
  servers: Promise<LocalServers>;
  users: number;
}

declare global {
  /** Each project loads this file anew; the pair is one for the whole run all the same. */
  var invTestRun: SharedRun | undefined;
}

/**
 * Starts one MySQL and one Redis for the whole run and ends them after it. A server that a test
 * has started and not ended fails the run, and is ended all the same.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = (globalThis.invTestRun ??= startRun());
  run.users += 1;
  const { directory, mysql, redis } = await run.servers;
  project.provide('testRoot', run.root);
  project.provide('testServers', {
    mysqlSocket: mysql.socket,
    redisSocket: redis.socket,
    home: directory,
  });
  return async () => {
    run.users -= 1;
    if (run.users === 0) await endRun(run);
  };
}

function startRun(): SharedRun {
  const root = mkdtempSync(join(tmpdir(), 'inv-test-'));
  // Whatever way the run ends.
  process.once('exit', () => endLeftovers(root));
  return { root, servers: ensureLocalServers(localOptions(join(root, 'shared'))), users: 0 };
}

async function endRun(run: SharedRun): Promise<void> {
  globalThis.invTestRun = undefined;
  await stopLocalServers(localOptions(join(run.root, 'shared')));
  const leftovers = endLeftovers(run.root);
  if (leftovers.length === 0) return;
  // Vitest reports an error of the teardown, and exits with 0 all the same.
  process.exitCode = 1;
  throw new Error(`the tests left processes running:\n${leftovers.join('\n')}`);
}

/** Kills whatever still runs below the folder of this run, then deletes it. @returns their command lines */
function endLeftovers(root: string): string[] {
  const leftovers = processesBelow(root);
  for (const { pid } of leftovers) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  return leftovers.map(({ pid, command }) => `${pid} ${command}`);
}

/** Private servers work in their data folder, so the working folder tells whose they are (Linux only). */
function processesBelow(root: string): { pid: number; command: string }[] {
  return numericEntries('/proc').flatMap((pid) => {
    try {
      if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(`${root}/`)) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return command === '' ? [] : [{ pid, command }];
    } catch {
      return [];
    }
  });
}

function numericEntries(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
