import { readFileSync } from 'node:fs';

/** CPU that this process has used, in milliseconds. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Of the kernel's own unit in /proc, which is the same on every Linux: USER_HZ (proc(5)). */
const TICK_MS = 10;

/** CPU that another process has used, in milliseconds; null where the system does not tell. */
export function cpuMsOf(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name in brackets may hold anything; behind it, utime and stime are the 12th and 13th.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks * TICK_MS : null;
  } catch {
    return null;
  }
}
