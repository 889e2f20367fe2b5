import { askServer } from './handshake.ts';
import { waitForLock } from './lock-wait.ts';
import type { LocalOptions, LocalServers } from './options.ts';
import type { LocalPaths } from './paths.ts';
import { localPaths } from './paths.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import { endServer } from './end-server.ts';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';
import { findRunning, writeState } from './state-file.ts';

/**
 * Makes sure that both private servers run and serve clients, whoever starts them: of many
 * callers at once, in however many processes, one starts them and the others wait for it.
 * The servers live on after this command. The database `inventory` and its accounts exist then.
 * @throws InvError STORE_UNAVAILABLE (not installed, or does not start: the end of the log is in
 * the message), BUSY, NOT_PERMITTED, BAD_CONFIGURATION, INTERRUPTED
 */
export async function ensureLocalServers(options: LocalOptions): Promise<LocalServers> {
  const deadlineMs = performance.now() + options.startTimeoutMs;
  const running = await findAnswering(options);
  if (running !== undefined) return running;
  const paths = localPaths(options);
  ensureFolders(options, paths);
  const otherwise = (): Promise<LocalServers | undefined> => findAnswering(options);
  const outcome = await waitForLock(options, paths, { deadlineMs, otherwise });
  if ('instead' in outcome) return outcome.instead;
  try {
    return await startBoth(options, paths, deadlineMs);
  } finally {
    outcome.release();
  }
}

const ANSWER_TIMEOUT_MS = 500;

/** The servers of the state file, when both of them serve clients. */
export async function findAnswering(options: LocalOptions): Promise<LocalServers | undefined> {
  const servers = findRunning(options);
  if (servers === undefined) return undefined;
  const answers = await Promise.all([
    askServer('mysql', servers.mysql.socket, ANSWER_TIMEOUT_MS),
    askServer('redis', servers.redis.socket, ANSWER_TIMEOUT_MS),
  ]);
  return answers.every((answer) => answer === 'ready') ? servers : undefined;
}

function ensureFolders(options: LocalOptions, paths: LocalPaths): void {
  for (const folder of [paths.run, paths.logs, paths.temporary, paths.sockets]) {
    ensurePrivateFolder(folder, options);
  }
}

async function startBoth(
  options: LocalOptions,
  paths: LocalPaths,
  deadlineMs: number,
): Promise<LocalServers> {
  const outcomes = await Promise.allSettled([
    startServer({ kind: 'mysql', options, paths, deadlineMs }),
    startServer({ kind: 'redis', options, paths, deadlineMs }),
  ]);
  const [mysql, redis] = outcomes;
  if (mysql.status === 'fulfilled' && redis.status === 'fulfilled') {
    const servers = {
      directory: paths.home,
      mysql: facts(mysql.value),
      redis: facts(redis.value),
    };
    writeState(paths.state, servers);
    return servers;
  }
  // Half a pair is of no use to anybody: a failed start leaves no process behind.
  if (mysql.status === 'fulfilled' && mysql.value.startedHere) {
    await endServer('mysql', options, paths);
  }
  if (redis.status === 'fulfilled' && redis.value.startedHere) {
    await endServer('redis', options, paths);
  }
  throw mysql.status === 'rejected'
    ? mysql.reason
    : redis.status === 'rejected'
      ? redis.reason
      : undefined;
}

function facts({ socket, pid, flavor, version }: StartedServer): LocalServers['mysql'] {
  return { socket, pid, flavor, version };
}
