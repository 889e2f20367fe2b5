import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

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
