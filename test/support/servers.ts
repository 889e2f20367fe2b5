import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { LocalOptions } from '../../src/local/options.ts';

export interface TestServers {
  mysqlSocket: string;
  redisSocket: string;
  /** INV_HOME of the pair: commands that are given it find both servers running. */
  home: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testServers: TestServers;
    testRoot: string;
  }
}

/**
 * The MySQL and Redis that all test files of this run share (made by `global-setup.ts`).
 * Each test takes its own database and key prefix. Durability is off: not for tests of it.
 */
export function testServers(): TestServers {
  return inject('testServers');
}

/** A new folder, short enough for sockets; it is deleted, and what runs in it is ended, after the run. */
export function temporaryFolder(name = 'home'): string {
  return mkdtempSync(join(inject('testRoot'), `${name}-`));
}

/** Options as `src/cli/context.ts` would fill them in, for private servers in a folder of the test. */
export function localOptions(directory: string, changes: Partial<LocalOptions> = {}): LocalOptions {
  return {
    directory,
    env: process.env,
    uid: process.getuid?.() ?? 0,
    userName: process.env['USER'] ?? 'tester',
    pid: process.pid,
    kill: (pid, signal) => process.kill(pid, signal),
    startTimeoutMs: 60_000,
    ...FAST,
    ...changes,
  };
}

/** Nothing is synchronised to disk, and no binary log is awaited. */
const FAST = {
  mysql: {
    extraArguments: [
      '--innodb-flush-log-at-trx-commit=0',
      '--sync-binlog=0',
      '--innodb-doublewrite=OFF',
    ],
  },
  redis: { extraArguments: ['--appendfsync', 'no'] },
} satisfies Partial<LocalOptions>;
