import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { InvError } from '../../lib/errors.ts';
import type { FileLimits } from './limits.ts';

const LF = 10;
const CR = 13;
const BLOCK_BYTES = 256 * 1024;

/** Whole lines of a file: valid UTF-8, each line within the limits, without a byte order mark. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** The physical line, from 1, that the block starts with. */
  readonly line: number;
  /** `\n`; or `\r` in the files of old Macs, which have no `\n` at all. */
  readonly lineEnd: '\n' | '\r';
}

/**
 * Cuts bytes, gunzipped when they are gzip, into blocks of whole lines.
 * @throws InvError INVALID_INPUT naming the line: UTF-16, other bytes that are not UTF-8, a line or file too long.
 */
export async function* lineBlocks(
  chunks: AsyncIterable<Buffer>,
  limits: FileLimits,
): AsyncGenerator<LineBlock> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  let lineEnd: LineBlock['lineEnd'] | undefined;
  for await (const chunk of plainBytes(chunks)) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (lineEnd === undefined) {
      rest = bytes;
      if (bytes.length < BLOCK_BYTES && !bytes.includes(LF)) continue;
      bytes = withoutMark(bytes);
      lineEnd = lineEndOf(bytes);
    }
    const end = bytes.lastIndexOf(lineEnd) + 1;
    rest = bytes.subarray(end);
    if (rest.length > limits.lineBytesMax) {
      throw lineTooLong(
        line + countLines(bytes.subarray(0, end), { line, lineEnd, limits }),
        limits,
      );
    }
    if (end === 0) continue;
    const block = { bytes: bytes.subarray(0, end), line, lineEnd };
    line += countLines(block.bytes, { line, lineEnd, limits });
    yield checkedUtf8(block);
  }
  if (lineEnd === undefined) rest = withoutMark(rest);
  if (rest.length === 0) return;
  const last = { bytes: rest, line, lineEnd: lineEnd ?? lineEndOf(rest) };
  countLines(last.bytes, { ...last, limits });
  yield checkedUtf8(last);
}

/** The lines of a block without their line ends. What follows the last line end, if anything, is a line too. */
export function linesOf({ bytes, lineEnd }: LineBlock): string[] {
  const lines = bytes.toString('utf8').split(lineEnd);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Chunks as they are, or unpacked when they begin with the two bytes of gzip. */
async function* plainBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await firstBytes(iterator);
  const all = joined(first, iterator);
  if (first[0] === 0x1f && first[1] === 0x8b) yield* gunzipped(all);
  else yield* all;
}

async function firstBytes(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < 2) {
    const next = await iterator.next();
    if (next.done === true) break;
    first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  return first;
}

async function* joined(first: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function* gunzipped(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const packed = Readable.from(chunks, { objectMode: true, highWaterMark: 1 });
  const gunzip = createGunzip({ chunkSize: BLOCK_BYTES });
  packed.on('error', (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield Buffer.from(chunk);
  } catch (error) {
    if (error instanceof InvError) throw error;
    throw new InvError('INVALID_INPUT', 'the gzip file is damaged or cut off', { cause: error });
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

function lineEndOf(bytes: Buffer): LineBlock['lineEnd'] {
  return bytes.includes(LF) || !bytes.includes(CR) ? '\n' : '\r';
}

/** Takes off a UTF-8 byte order mark; refuses what is no text, by its first bytes. */
function withoutMark(bytes: Buffer): Buffer {
  const [first, second, third, fourth] = bytes;
  const isMarkedUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const isBareUtf16 =
    bytes.length >= 4 && ((first === 0 && third === 0) || (second === 0 && fourth === 0));
  if (isMarkedUtf16 || isBareUtf16) {
    throw new InvError('INVALID_INPUT', 'line 1: the file is UTF-16, not UTF-8', {
      hint: 'Save it as "CSV UTF-8", or convert it: iconv -f UTF-16 -t UTF-8 FILE',
    });
  }
  if (first === 0x50 && second === 0x4b && third === 0x03) {
    throw new InvError(
      'INVALID_INPUT',
      'line 1: the file is a workbook or a zip archive, not text',
      {
        hint: 'Save the sheet as "CSV UTF-8" and give that file.',
      },
    );
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? bytes.subarray(3) : bytes;
}

interface CountOptions {
  readonly line: number;
  readonly lineEnd: '\n' | '\r';
  readonly limits: FileLimits;
}

/** The number of line ends, having looked at the length of every line and at their sum. */
function countLines(bytes: Buffer, { line, lineEnd, limits }: CountOptions): number {
  const end = lineEnd.charCodeAt(0);
  let count = 0;
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(end, start);
    const next = found === -1 ? bytes.length : found + 1;
    if (next - start > limits.lineBytesMax + 1) throw lineTooLong(line + count, limits);
    if (line + count > limits.linesMax) {
      throw new InvError('INVALID_INPUT', `the file has more than ${limits.linesMax} lines`, {
        hint: 'Split it into several files.',
      });
    }
    if (found === -1) break;
    count += 1;
    start = next;
  }
  return count;
}

function lineTooLong(line: number, limits: FileLimits): InvError {
  return new InvError('INVALID_INPUT', `line ${line} is longer than ${limits.lineBytesMax} bytes`);
}

function checkedUtf8(block: LineBlock): LineBlock {
  if (isUtf8(block.bytes)) return block;
  let line = block.line;
  for (let start = 0; start < block.bytes.length; line += 1) {
    const found = block.bytes.indexOf(block.lineEnd, start);
    const end = found === -1 ? block.bytes.length : found + 1;
    if (!isUtf8(block.bytes.subarray(start, end))) break;
    start = end;
  }
  throw new InvError('INVALID_INPUT', `line ${line} is not valid UTF-8`, {
    hint: 'Save the file as "CSV UTF-8", or convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE',
    facts: { line },
  });
}
