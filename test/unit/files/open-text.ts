import { Readable } from 'node:stream';

import type { FileFormat, RawRecord } from '../../../src/adapters/files/raw-record.ts';
import type { OpenOptions } from '../../../src/adapters/files/read-records.ts';
import { openRecords } from '../../../src/adapters/files/read-records.ts';

export interface OpenTextOptions {
  readonly columns: readonly string[];
  readonly required?: readonly string[];
  readonly map?: ReadonlyMap<string, string>;
  readonly format?: FileFormat;
  readonly limits?: OpenOptions['limits'];
  /** Cuts the input into pieces of so many bytes, as a pipe may. */
  readonly pieceBytes?: number;
}

/** A record without what only a file of rejected lines needs. */
export type ShortRecord = [line: number, values: Readonly<Record<string, string>> | string];

/** Reads a text or bytes as a stream; gives the records as `[line, values or problem]`. */
export async function readAll(
  input: string | Buffer,
  options: OpenTextOptions,
): Promise<ShortRecord[]> {
  return (await readBatches({ stream: streamOf(input, options.pieceBytes) }, options)).map(short);
}

export async function readBatches(
  source: Parameters<typeof openRecords>[0],
  options: OpenTextOptions,
): Promise<RawRecord[]> {
  const opened = await openRecords(source, openOptions(options));
  try {
    const records: RawRecord[] = [];
    for await (const batch of opened.records()) records.push(...batch);
    return records;
  } finally {
    await opened.close();
  }
}

export function openOptions({
  columns,
  required,
  map,
  format,
  limits,
}: OpenTextOptions): OpenOptions {
  return {
    map: map ?? new Map(),
    knownColumns: columns,
    requiredColumns: required ?? [],
    format,
    ...(limits === undefined ? {} : { limits }),
  };
}

export function streamOf(input: string | Buffer, pieceBytes = Infinity): Readable {
  const bytes = Buffer.from(input);
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    pieces.push(bytes.subarray(start, start + pieceBytes));
  }
  return Readable.from(pieces);
}

function short(record: RawRecord): ShortRecord {
  return [record.line, record.values ?? record.problem];
}
