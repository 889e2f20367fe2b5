import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The wall clock of a server, which can be set while it runs; its monotonic clock goes on. */
export interface ShiftedClock {
  /** Put before a program, it lives by this clock. */
  readonly wrapper: readonly string[];
  /** Sets it so many seconds ahead of (below 0: behind) the true one. */
  shift(seconds: number): void;
}

/** Needs Linux and a C compiler (`cc`); undefined where one is missing. */
export function openShiftedClock(folder: string): ShiftedClock | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(folder, 'shifted-clock.so');
  const source = join(import.meta.dirname, 'shifted-clock.c');
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source]);
  if (built.error !== undefined) return undefined;
  if (built.status !== 0) throw new Error(String(built.stderr));
  const file = join(folder, 'shift');
  const shift = (seconds: number): void => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    // Written over, not anew: the server has it mapped.
    writeFileSync(file, bytes, { flag: 'r+' });
  };
  writeFileSync(file, Buffer.alloc(8));
  return { wrapper: ['env', `LD_PRELOAD=${library}`, `SHIFTED_CLOCK=${file}`], shift };
}
