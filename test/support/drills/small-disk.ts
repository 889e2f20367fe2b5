import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A disk of a few megabytes in memory, seen only by what is started with `wrapper`: it goes with its
 * holder, whatever becomes of the test. Needs root; elsewhere there is none.
 */
export interface SmallDisk {
  readonly path: string;
  /** The same place as everybody else reaches it. */
  readonly outside: string;
  /** Put before a program, it runs where the disk is. */
  readonly wrapper: readonly string[];
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  close(): Promise<void>;
}

export async function openSmallDisk(
  folder: string,
  { megabytes }: { readonly megabytes: number },
): Promise<SmallDisk | undefined> {
  const path = join(folder, 'disk');
  mkdirSync(path, { recursive: true });
  const mount = `mount -t tmpfs -o size=${String(megabytes)}m tmpfs "$1" && echo ready && exec sleep 3600`;
  const holder = spawn('unshare', ['--mount', 'sh', '-c', mount, 'sh', path], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => {
    holder.once('exit', () => resolve());
    holder.once('error', () => resolve());
  });
  const isReady = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    gone.then(() => false),
  ]);
  if (!isReady) return undefined;
  const pid = String(holder.pid);
  const outside = join('/proc', pid, 'root', path);
  const ballast = join(outside, 'ballast');
  return {
    path,
    outside,
    wrapper: ['nsenter', '--mount', '--target', pid],
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast, { force: true }),
    close: async () => {
      holder.kill('SIGKILL');
      await gone;
    },
  };
}

/** The last bytes too: what is left of a block would do for a small write. */
function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [1024 * 1024, 4096, 1]) {
      const bytes = Buffer.alloc(size);
      while (hasRoomFor(file, bytes));
    }
  } finally {
    closeSync(file);
  }
}

function hasRoomFor(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
