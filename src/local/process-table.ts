import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** What the system says of a live process. */
export interface ProcessFacts {
  /** Tells two processes apart that had the same number one after the other. */
  startedAt: string;
  /** The command line, arguments separated by blanks. */
  command: string;
  /** Known on Linux only. */
  workingFolder: string | undefined;
}

/** Facts of a process, or undefined when it has ended (a zombie has ended, too). */
export function findProcess(pid: number): ProcessFacts | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return existsSync('/proc/self/stat') ? readProc(pid) : askPs(pid);
}

/** Ids of all processes; none where there is no /proc. */
export function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readProc(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in brackets and may hold blanks and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const startTicks = fields[19];
    if (state === 'Z' || state === 'X' || startTicks === undefined) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { startedAt: `${boot}/${startTicks}`, command, workingFolder: workingFolder(pid) };
  } catch {
    return undefined;
  }
}

/** The link of another user's process may not be read; such a process is not ours anyway. */
function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function askPs(pid: number): ProcessFacts | undefined {
  const answer = spawnSync('ps', ['-o', 'stat=,lstart=,command=', '-ww', '-p', String(pid)], {
    encoding: 'utf8',
    // The start is printed in local time and language: pinned, so that two sessions agree.
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    timeout: 5000,
  });
  const [state, ...rest] = answer.stdout.trim().split(/\s+/);
  if (answer.status !== 0 || state === undefined || state.startsWith('Z')) return undefined;
  return {
    startedAt: rest.slice(0, 5).join(' '),
    command: rest.slice(5).join(' '),
    workingFolder: undefined,
  };
}
