import { parseMapping } from '../../adapters/files/mapping.ts';
import type { FileFormat, RawRecord } from '../../adapters/files/raw-record.ts';
import { openRecords } from '../../adapters/files/read-records.ts';
import type { OpenedRecords } from '../../adapters/files/read-records.ts';
import { openRejects } from '../../adapters/files/write-rejects.ts';
import type { TerminalStreams } from '../terminal/types.ts';

export interface RecordFileOptions {
  /** `-` = standard input. */
  readonly path: string;
  /** Texts `field=Column` as given with --map. */
  readonly map: readonly string[];
  readonly format: FileFormat | undefined;
  readonly knownColumns: readonly string[];
  readonly requiredColumns: readonly string[];
  readonly limits: { readonly linesMax: number; readonly lineBytesMax: number };
}

/** A file of records that a command reads, and may keep the refused lines of. */
export interface RecordFile {
  readonly fileSha256: string;
  /** Columns that nothing reads: a misspelt name ends up here. */
  readonly ignoredColumns: readonly string[];
  batches(): AsyncIterable<RawRecord[]>;
  /**
   * Writes the refused lines, by line number, to a file that can be mended and fed back.
   * @throws InvError INVALID_INPUT when it cannot be written, or is the input itself
   */
  keepRejects(path: string, refused: ReadonlyMap<number, string>): Promise<void>;
  close(): Promise<void>;
}

/** @throws InvError INVALID_INPUT, NOT_PERMITTED */
export async function openRecordFile(
  options: RecordFileOptions,
  { stdin }: Pick<TerminalStreams, 'stdin'>,
): Promise<RecordFile> {
  const { path, format, knownColumns, requiredColumns, limits } = options;
  const source = path === '-' ? { stream: stdin } : { path };
  const opened = await openRecords(source, {
    map: parseMapping(options.map, knownColumns),
    format,
    knownColumns,
    requiredColumns,
    limits,
  });
  return {
    fileSha256: opened.fileSha256,
    ignoredColumns: opened.ignoredColumns,
    batches: opened.records,
    keepRejects: (target, refused) =>
      keepRejects(opened, { target, inputPath: path === '-' ? undefined : path, refused }),
    close: opened.close,
  };
}

/** Reads the file a second time, so that no line has to be kept in memory while it is booked. */
async function keepRejects(
  { format, columns, records }: OpenedRecords,
  options: {
    readonly target: string;
    readonly inputPath: string | undefined;
    readonly refused: ReadonlyMap<number, string>;
  },
): Promise<void> {
  const { target, inputPath, refused } = options;
  const file = await openRejects({ path: target, inputPath, format, columns });
  try {
    for await (const batch of records()) {
      await file.write(
        batch.flatMap(({ line, cells }) => {
          const error = refused.get(line);
          return error === undefined ? [] : [{ line, error, cells }];
        }),
      );
    }
    await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
