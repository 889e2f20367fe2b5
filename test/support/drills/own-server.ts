import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverEnvironment } from '../../../src/local/detached.ts';
import { askServer } from '../../../src/local/handshake.ts';
import { logTail } from '../../../src/local/log-file.ts';
import type { ServerKind } from '../../../src/local/options.ts';

/**
 * A server that belongs to one test: to be killed, frozen and started again. States: running,
 * frozen, or dead; `start` leads from dead to running. It works below the folder of the run, so
 * that the run fails when a test forgets it.
 */
export interface OwnServer {
  readonly socketPath: string;
  /** Its process, while it lives. */
  pid(): number | undefined;
  /** Starts it on the data it has left, with other arguments when they are given. */
  start(extraArguments?: readonly string[]): Promise<void>;
  /** SIGKILL, and waits until it is gone. Does nothing to a dead one. */
  kill(): Promise<void>;
  /** Stops in its tracks: connections stay open and silent. */
  freeze(): void;
  thaw(): void;
  /** How it ended by itself: an exit code or a signal; undefined while it runs. */
  ended(): string | undefined;
}

export interface OwnServerOptions {
  readonly kind: ServerKind;
  /** The program and its arguments; those of `start` follow. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly socketPath: string;
  readonly logFile: string;
}

const START_MS = 60_000;

export function createOwnServer(options: OwnServerOptions): OwnServer {
  const { kind, socketPath, logFile } = options;
  let child: ChildProcess | undefined;
  let extra: readonly string[] = [];
  const isAlive = (): boolean => child?.exitCode === null && child.signalCode === null;
  const signal = (name: NodeJS.Signals): void => {
    if (isAlive()) child?.kill(name);
  };
  const ended = (): string | undefined =>
    isAlive() ? undefined : String(child?.signalCode ?? child?.exitCode ?? 'never started');
  return {
    socketPath,
    pid: () => (isAlive() ? child?.pid : undefined),
    start: async (extraArguments = extra) => {
      if (isAlive()) throw new Error(`${kind} runs already`);
      extra = extraArguments;
      rmSync(socketPath, { force: true });
      child = launch(options, extra);
      const deadline = performance.now() + START_MS;
      while ((await askServer(kind, socketPath, 1_000)) !== 'ready') {
        if (performance.now() > deadline || !isAlive()) {
          const lines = logTail(logFile, 0);
          throw new Error(`${kind} did not start (${ended() ?? 'it runs'}):\n${lines.join('\n')}`);
        }
        await sleep(10);
      }
    },
    kill: async () => {
      if (child === undefined || !isAlive()) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    ended,
  };
}

function launch(
  { command, folder, logFile }: OwnServerOptions,
  extra: readonly string[],
): ChildProcess {
  const [program = '', ...given] = command;
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(program, [...given, ...extra], {
      cwd: folder,
      env: serverEnvironment(process.env),
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}
