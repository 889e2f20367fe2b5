import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { InvError } from '../../lib/errors.ts';

/** A file that appears under its name when it is whole, readable by its owner only. */
export interface ExportFile {
  readonly stream: Writable;
  /** Puts the file in its place. */
  finish(): Promise<void>;
  /** Leaves everything as it was before. */
  abandon(): Promise<void>;
}

/** @param flag names the path in an error. @throws InvError INVALID_INPUT when it cannot be written */
export async function openExportFile(path: string, flag = '--output'): Promise<ExportFile> {
  const unwritable = (reason: string, cause?: unknown): InvError =>
    new InvError('INVALID_INPUT', `${flag}: ${path} cannot be written: ${reason}`, { cause });
  const target = await stat(path).catch(() => undefined);
  if (target?.isDirectory() === true) throw unwritable('it is a directory');
  // A pipe or a device, such as /dev/stdout, is written as it is: nothing can be put in its place.
  const isPlain = target === undefined || target.isFile();
  const writtenPath = isPlain ? join(dirname(path), `.${randomUUID()}.export`) : path;
  const stream = createWriteStream(writtenPath, { flags: isPlain ? 'wx' : 'w', mode: 0o600 });
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => {
      resolve();
    });
    stream.once('error', (error) => {
      reject(unwritable(error.message, error));
    });
  });
  // Errors after this reach whoever waits for a write; without a listener they would end the process.
  stream.on('error', () => undefined);
  return {
    stream,
    finish: async () => {
      stream.end();
      await finished(stream);
      if (isPlain) await rename(writtenPath, path);
    },
    abandon: async () => {
      stream.destroy();
      if (isPlain) await rm(writtenPath, { force: true });
    },
  };
}
