import type { LocalOptions } from '../../src/local/options.ts';

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

/** Nothing is synchronised to disk: fast, and of no use to tests of durability. */
const FAST = {
  mysql: {
    extraArguments: [
      '--innodb-flush-log-at-trx-commit=0',
      '--sync-binlog=0',
      '--innodb-doublewrite=OFF',
      '--loose-debug-no-sync',
    ],
  },
  redis: { extraArguments: ['--appendfsync', 'no'] },
} satisfies Partial<LocalOptions>;
