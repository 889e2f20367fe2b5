import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureLocalServers } from '../../src/local/ensure.ts';
import { stopLocalServers } from '../../src/local/stop.ts';
import { localOptions } from './servers-options.ts';

/**
 * Starts one MySQL and one Redis for the whole run and ends them after it. A server that a test
 * has started and not ended fails the run, and is ended all the same.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = mkdtempSync(join(tmpdir(), 'inv-test-'));
  const options = localOptions(join(root, 'shared'));
  process.once('exit', () => endLeftovers(root));
  try {
    const servers = await ensureLocalServers(options);
    project.provide('testRoot', root);
    project.provide('testServers', {
      mysqlSocket: servers.mysql.socket,
      redisSocket: servers.redis.socket,
      home: options.directory,
    });
  } catch (error) {
    endLeftovers(root);
    throw error;
  }
  return async () => {
    await stopLocalServers(options);
    const leftovers = endLeftovers(root);
    if (leftovers.length > 0) {
      throw new Error(`the tests left servers running:\n${leftovers.join('\n')}`);
    }
  };
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
