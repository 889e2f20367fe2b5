import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { binary } from './installation.ts';
import type { CommandResult, Installation } from './installation.ts';

/** Runs the tasks, at most so many at a time, and returns their results in order. */
export async function runMany<T>(
  tasks: readonly (() => Promise<T>)[],
  { atOnce }: { readonly atOnce: number },
): Promise<readonly T[]> {
  const results: T[] = [];
  const queue = [...tasks.entries()];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        results[next[0]] = await next[1]();
      }
    }),
  );
  return results;
}

/** How often each exit code came: `{ 0: 20, 3: 30 }`. */
export function exitCodes(results: readonly CommandResult[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { exitCode } of results) counts[exitCode] = (counts[exitCode] ?? 0) + 1;
  return counts;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  /** The exit code, or the name of the signal that ended it. */
  readonly ended: Promise<{
    readonly code: number | string;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** Starts `inv` and does not wait for it. */
export function startCommand(
  inv: Pick<Installation, 'env' | 'folder'>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningCommand {
  const child = spawn(process.execPath, [binary, ...args], {
    env: { ...inv.env, ...env },
    cwd: inv.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ code: number | string; stdout: string; stderr: string }>(
    (resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code: code ?? signal ?? 'unknown', stdout, stderr });
      });
    },
  );
  return { child, ended };
}

/** The environment that leads a command to its MySQL through the proxy. */
export function mysqlThrough(
  { database }: Pick<Installation, 'database'>,
  { socketPath }: { readonly socketPath: string },
): { readonly INV_MYSQL_URL: string } {
  const socket = encodeURIComponent(socketPath);
  return { INV_MYSQL_URL: `mysql://inv@localhost/${database.name}?socket=${socket}` };
}
