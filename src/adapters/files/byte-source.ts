import type { Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { InvError } from '../../lib/errors.ts';

const CHUNK_BYTES = 256 * 1024;

/** A stream up to this size stays in memory; beyond it goes to a private file. */
const MEMORY_BYTES_MAX = 4 * 1024 * 1024;

export type FileSource = { readonly path: string } | { readonly stream: Readable };

/** Bytes that can be read again from the start, always the same: a file is hashed first and parsed afterwards. */
export interface ByteSource {
  chunks: () => AsyncIterable<Buffer>;
  /** Safe to call twice. */
  close: () => Promise<void>;
}

/**
 * Opens a file, or keeps what a stream brings. Pipes given as paths (`<(zcat …)`) are streams too.
 * @throws InvError INVALID_INPUT when there is no such file, NOT_PERMITTED when it may not be read.
 */
export async function openByteSource(source: FileSource): Promise<ByteSource> {
  if ('stream' in source) return await keepStream(source.stream);
  const { path } = source;
  try {
    // Asked before opening: opening and closing a pipe would end the program that writes into it.
    const status = await stat(path);
    if (status.isDirectory()) {
      throw new InvError('INVALID_INPUT', `${path} is a directory, not a file`);
    }
    if (status.isFile()) return fileBytes(await open(path, 'r'), path);
  } catch (error) {
    throw readError(error, path);
  }
  return await keepStream(createReadStream(path));
}

function readError(error: unknown, path: string): InvError {
  if (error instanceof InvError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') {
    return new InvError('INVALID_INPUT', `there is no file ${path}`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new InvError('NOT_PERMITTED', `the file ${path} may not be read`, { cause: error });
  }
  return new InvError('INVALID_INPUT', `the file ${path} cannot be read (${String(code)})`, {
    cause: error,
  });
}

/** Reads through one handle, so that a file renamed meanwhile stays the one that was hashed. */
function fileBytes(handle: FileHandle, name: string): ByteSource {
  let isOpen = true;
  let before: Stats | undefined;
  return {
    async *chunks() {
      before ??= await handle.stat();
      assertUnchanged(before, await handle.stat(), name);
      let position = 0;
      for (;;) {
        const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
        const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        yield bytesRead === CHUNK_BYTES ? buffer : buffer.subarray(0, bytesRead);
      }
      assertUnchanged(before, await handle.stat(), name);
    },
    async close() {
      if (isOpen) {
        isOpen = false;
        await handle.close();
      }
    },
  };
}

/** A file that grows or is written anew while it is read would not be what its hash says. */
function assertUnchanged(before: Stats, now: Stats, name: string): void {
  if (now.size === before.size && now.mtimeMs === before.mtimeMs) return;
  throw new InvError('INVALID_INPUT', `${name} was changed while it was read`, {
    hint: 'Run the command again once nobody writes to the file.',
  });
}

async function keepStream(stream: Readable): Promise<ByteSource> {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let spool: FileHandle | undefined;
  try {
    for await (const piece of stream) {
      const chunk = toBuffer(piece);
      if (spool === undefined && keptBytes + chunk.length > MEMORY_BYTES_MAX) {
        spool = await openSpool();
        for (const earlier of kept) await spool.writeFile(earlier);
        kept.length = 0;
      }
      keptBytes += chunk.length;
      if (spool === undefined) kept.push(chunk);
      else await spool.writeFile(chunk);
    }
  } catch (error) {
    await spool?.close();
    throw error instanceof InvError
      ? error
      : new InvError('INVALID_INPUT', 'the input stopped in the middle', { cause: error });
  }
  return spool === undefined ? memoryBytes(kept) : fileBytes(spool, 'the input');
}

function memoryBytes(chunks: readonly Buffer[]): ByteSource {
  return {
    async *chunks() {
      for (const chunk of chunks) yield await Promise.resolve(chunk);
    },
    close: () => Promise.resolve(),
  };
}

/** A private file that loses its name at once: whatever ends this process, the system takes it away. */
async function openSpool(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'inv-input-'));
  try {
    return await open(join(directory, 'spool'), 'wx+', 0o600);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function toBuffer(piece: unknown): Buffer {
  if (Buffer.isBuffer(piece)) return piece;
  if (piece instanceof Uint8Array) return Buffer.from(piece);
  return Buffer.from(String(piece));
}
