import type { Writable } from 'node:stream';
import { InvError } from '../../lib/errors.ts';

/**
 * The reader of stdout has gone (`| head -1`). It ends the command quietly with exit 0: what the
 * reader wanted, it has.
 */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

export interface Output {
  /**
   * Resolves when the stream has taken the text, so that a slow reader slows the command down
   * instead of filling memory.
   * @throws OutputClosed; InvError when the text cannot be written, as on a full disk.
   */
  readonly write: (text: string) => Promise<void>;
}

export function createOutput(stream: Writable): Output {
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error) reject(translate(error));
          else resolve();
        });
      }),
  };
}

/**
 * A stream without an error listener turns a closed pipe into a stack trace. Errors of writes reach
 * whoever awaits them; `onClosed` is for commands that write rarely and would not notice.
 */
export function handleBrokenPipe(
  streams: { readonly stdout: Writable; readonly stderr: Writable },
  onClosed: () => void,
): void {
  streams.stdout.on('error', (error) => {
    if (isClosedPipe(error)) onClosed();
  });
  // Nobody reads our messages any more; the work goes on.
  streams.stderr.on('error', () => undefined);
}

/** Joins short texts into writes of about this many UTF-16 units: one system call for many rows. */
const CHUNK_LENGTH = 64 * 1024;

export interface ChunkedOutput {
  /** Returns a promise only when the chunk is full and has to be written: most rows wait for nothing. */
  readonly add: (text: string) => Promise<void> | undefined;
  readonly flush: () => Promise<void>;
}

export function createChunkedOutput(output: Output): ChunkedOutput {
  let parts: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    const text = parts.join('');
    parts = [];
    length = 0;
    await output.write(text);
  };
  return {
    flush,
    add(text) {
      parts.push(text);
      length += text.length;
      return length >= CHUNK_LENGTH ? flush() : undefined;
    },
  };
}

function translate(error: Error): Error {
  if (isClosedPipe(error)) return new OutputClosed('the reader of standard output has gone');
  return new InvError('UNEXPECTED', `standard output cannot be written: ${error.message}`, {
    cause: error,
    hint: 'check the disk or the program that the output goes to',
  });
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && CLOSED_CODES.has(error.code);
}

const CLOSED_CODES = new Set([
  'EPIPE',
  'ECONNRESET',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);
