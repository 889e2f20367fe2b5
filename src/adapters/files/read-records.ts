import { createHash } from 'node:crypto';

import { InvError } from '../../lib/errors.ts';
import type { ByteSource, FileSource } from './byte-source.ts';
import { openByteSource } from './byte-source.ts';
import { csvRecords, readCsvLayout } from './csv-file.ts';
import type { ColumnRules } from './header.ts';
import type { FileLimits } from './limits.ts';
import { DEFAULT_FILE_LIMITS } from './limits.ts';
import type { LineBlock } from './line-blocks.ts';
import { lineBlocks } from './line-blocks.ts';
import { ndjsonRecords, readNdjsonLayout } from './ndjson-file.ts';
import type { FileFormat, RawRecord } from './raw-record.ts';

export interface OpenOptions extends ColumnRules {
  /** Without it the file's name decides, or else its first character. */
  readonly format?: FileFormat | undefined;
  readonly limits?: FileLimits;
}

export interface OpenedRecords {
  /** SHA-256 of the file's bytes as they are (packed, if it is gzip), in lower-case hexadecimal. */
  readonly fileSha256: string;
  readonly format: FileFormat;
  /** The header of a CSV file as written; the keys of the first line of NDJSON. */
  readonly columns: readonly string[];
  /** Columns that no field is read from: worth a notice, because a misspelt name ends up here. */
  readonly ignoredColumns: readonly string[];
  /** All records from the first, in batches of some thousand. May be called again after it has ended. */
  records: () => AsyncIterable<RawRecord[]>;
  close: () => Promise<void>;
}

/**
 * Opens a file of records. All bytes are read once before it returns, for the hash and so that bytes that are
 * not UTF-8 or a missing column stop the command before anything is written; memory stays bounded.
 * The caller closes what it got.
 * @throws InvError INVALID_INPUT or NOT_PERMITTED; later, from `records()`, when the file changes meanwhile.
 */
export async function openRecords(
  source: FileSource,
  options: OpenOptions,
): Promise<OpenedRecords> {
  const limits = options.limits ?? DEFAULT_FILE_LIMITS;
  const bytes = await openByteSource(source);
  try {
    const { fileSha256, firstBlock } = await checkWhole(bytes, limits);
    if (firstBlock === undefined) throw new InvError('INVALID_INPUT', 'the file is empty');
    const format = options.format ?? formatOf('path' in source ? source.path : '', firstBlock);
    const blocks = (): AsyncIterable<LineBlock> => lineBlocks(bytes.chunks(), limits);
    const close = bytes.close;
    if (format === 'csv') {
      const layout = readCsvLayout(firstBlock, options, limits);
      const { columns, ignoredColumns } = layout;
      return {
        fileSha256,
        format,
        columns,
        ignoredColumns,
        close,
        records: () => csvRecords(blocks(), layout, limits),
      };
    }
    const layout = readNdjsonLayout(firstBlock, options);
    const { columns, ignoredColumns } = layout;
    return {
      fileSha256,
      format,
      columns,
      ignoredColumns,
      close,
      records: () => ndjsonRecords(blocks(), options),
    };
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function checkWhole(
  bytes: ByteSource,
  limits: FileLimits,
): Promise<{ fileSha256: string; firstBlock: LineBlock | undefined }> {
  const hash = createHash('sha256');
  let firstBlock: LineBlock | undefined;
  for await (const block of lineBlocks(hashed(bytes.chunks(), hash), limits)) firstBlock ??= block;
  return { fileSha256: hash.digest('hex'), firstBlock };
}

async function* hashed(
  chunks: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

function formatOf(path: string, firstBlock: LineBlock): FileFormat {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  if (/\.(ndjson|jsonl|json)$/.test(name)) return 'ndjson';
  if (/\.(csv|tsv|txt)$/.test(name)) return 'csv';
  return /^\s*\{/.test(firstBlock.bytes.toString('utf8', 0, 1_000)) ? 'ndjson' : 'csv';
}
