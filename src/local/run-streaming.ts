import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LocalOptions } from './options.ts';

const LINES_KEPT = 20;

/**
 * Runs a program to its end and hands each line of its output to `report`. It is ended, with its
 * children, when the time is over or the user interrupts.
 * @returns how it failed (undefined when it succeeded) and its last lines
 */
export async function runStreaming(
  argv: readonly string[],
  options: LocalOptions,
  timeoutMs: number,
): Promise<{ failure: string | undefined; lines: string[] }> {
  const lines: string[] = [];
  const shell = ['-c', 'exec "$@" 2>&1', 'inv', ...argv];
  const child = spawn('/bin/sh', shell, {
    env: { ...options.env, LC_ALL: 'C' },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const end = (): void => {
    try {
      // SIGTERM: a package manager must get the chance to leave its database in order.
      if (child.pid !== undefined) options.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended in the meantime.
    }
  };
  const timer = setTimeout(end, timeoutMs);
  options.signal?.addEventListener('abort', end, { once: true });
  if (options.signal?.aborted === true) end();
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    if (line.trim() === '') return;
    lines.push(line);
    if (lines.length > LINES_KEPT) lines.shift();
    options.report?.(line);
  });
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `exit code ${code ?? '?'}` : `ended by ${signal}`);
    });
  });
  clearTimeout(timer);
  options.signal?.removeEventListener('abort', end);
  return { failure, lines };
}
