import { join } from 'node:path';
import { nodeProgram } from '../../../adapters/system/node-program.ts';
import type { LocalOptions } from '../../../local/options.ts';
import { runOwnCommand } from '../../../local/run-own-command.ts';
import type { RunningCommand } from '../../../local/run-own-command.ts';
import type { Clock } from '../../../ports/clock.ts';

/** The worker of a run: `inv worker run` in a process of its own, which can be killed. */
export interface WorkerProcess {
  /** kill -9, and a new one at once. */
  readonly crash: () => Promise<void>;
  /** @returns what the worker said, all of them one after the other */
  readonly stop: () => Promise<string>;
}

export interface WorkerProcessOptions {
  readonly local: LocalOptions;
  readonly clock: Clock;
  readonly packageRoot: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** It ends in order within twelve seconds. */
const STOP_MS = 15_000;

export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { local, clock, packageRoot, environment } = options;
  const start = (): RunningCommand =>
    runOwnCommand(
      {
        command: [nodeProgram(), join(packageRoot, 'bin', 'inv.js'), 'worker', 'run', '--json'],
        cwd: packageRoot,
        env: environment,
        isShown: false,
      },
      local.kill,
    );
  let running = start();
  let said = '';
  return {
    crash: async () => {
      running.kill();
      said += (await running.ended).output;
      running = start();
    },
    stop: async () => {
      const ended = new AbortController();
      running.stop();
      const late = clock.sleep(STOP_MS, ended.signal).then(
        () => running.kill(),
        () => undefined,
      );
      said += (await running.ended).output;
      ended.abort();
      await late;
      return said;
    },
  };
}
