import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireExecutable } from '../../src/local/executables.ts';
import { askServer } from '../../src/local/handshake.ts';
import { redisArguments } from '../../src/local/redis-arguments.ts';
import { temporaryFolder } from './servers.ts';

/** A Redis of the test's own, as durable as a user's: for restarts, damage, and other settings. */
export interface OwnRedis {
  readonly socket: string;
  /** Ends it by a signal and waits until it has ended. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it anew on the same data. */
  start(): Promise<void>;
}

/** @param extra arguments behind the usual ones, which they override */
export async function startOwnRedis(extra: readonly string[] = []): Promise<OwnRedis> {
  const folder = temporaryFolder('redis');
  const [data, socket] = [join(folder, 'data'), join(folder, 'r.sock')];
  mkdirSync(data);
  const { path } = await requireExecutable('redis', process.env);
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(path, [...redisArguments({ data, socket }), ...extra], {
      cwd: data,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let log = '';
    started.stdout.on('data', (bytes: Buffer) => (log += bytes.toString()));
    for (let tries = 0; tries < 1000; tries += 1) {
      if ((await askServer('redis', socket, 1000)) === 'ready') return;
      if (started.exitCode !== null) throw new Error(`Redis did not start:\n${log}`);
      await sleep(10);
    }
    throw new Error(`Redis does not answer:\n${log}`);
  };

  await start();
  return {
    socket,
    start,
    end: async (signal = 'SIGTERM') => {
      const ending = child;
      child = undefined;
      if (ending?.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill(signal);
      await ended;
    },
  };
}
