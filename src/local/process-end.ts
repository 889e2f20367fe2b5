import { setTimeout as sleep } from 'node:timers/promises';
import { findProcess } from './process-table.ts';

const POLL_MS = 5;

/** What there is of a process before a signal is sent to it, to know it by afterwards. */
export interface WatchedProcess {
  readonly pid: number;
  /** Undefined when it has ended already. */
  readonly startedAt: string | undefined;
}

export function watchProcess(pid: number): WatchedProcess {
  return { pid, startedAt: findProcess(pid)?.startedAt };
}

/**
 * Waits until a process has left the table of processes. Its command line and working folder go
 * first, while the system still frees its memory and holds its files: they tell nothing here.
 * @returns false when it is still there after `timeoutMs` (in ms)
 */
export async function processEnds(
  { pid, startedAt }: WatchedProcess,
  timeoutMs: number,
): Promise<boolean> {
  if (startedAt === undefined) return true;
  const deadlineMs = performance.now() + timeoutMs;
  while (findProcess(pid)?.startedAt === startedAt) {
    if (performance.now() > deadlineMs) return false;
    await sleep(POLL_MS);
  }
  return true;
}
