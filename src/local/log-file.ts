import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { isErrno } from './private-folder.ts';

const LOG_BYTES_MAX = 5 * 1024 * 1024;
const TAIL_LINES = 20;
const TAIL_BYTES_MAX = 16 * 1024;

/**
 * Starts a log file over when it has grown large; one older file is kept beside it.
 * @returns the size of the log in bytes, from which the next start writes on
 */
export function rotateLog(path: string, bytesMax: number = LOG_BYTES_MAX): number {
  const size = logSize(path);
  if (size <= bytesMax) return size;
  renameSync(path, `${path}.1`);
  return 0;
}

/** The last lines of a log, at most twenty, from what was written after `fromByte`. */
export function logTail(path: string, fromByte = 0): string[] {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const end = fstatSync(file).size;
    const start = Math.max(Math.min(fromByte, end), end - TAIL_BYTES_MAX);
    const bytes = Buffer.alloc(end - start);
    readSync(file, bytes, 0, bytes.length, start);
    return bytes.toString('utf8').trimEnd().split('\n').filter(Boolean).slice(-TAIL_LINES);
  } finally {
    closeSync(file);
  }
}

/** Size in bytes; 0 when there is no log yet. */
export function logSize(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}
