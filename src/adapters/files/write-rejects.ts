import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { formatCsvRow } from '../../lib/csv.ts';
import { InvError } from '../../lib/errors.ts';
import { foldedName, REJECT_COLUMNS } from './header.ts';
import type { FileFormat } from './raw-record.ts';

export interface RejectsOptions {
  readonly path: string;
  /** The file that the lines come from, which must survive; undefined for standard input. */
  readonly inputPath: string | undefined;
  readonly format: FileFormat;
  /** The columns of the input, as `openRecords` gave them. */
  readonly columns: readonly string[];
}

/** A line that was refused, with the cells of its record. */
export interface RejectedLine {
  readonly line: number;
  readonly error: string;
  readonly cells: readonly string[];
}

export interface RejectsFile {
  write: (lines: readonly RejectedLine[]) => Promise<void>;
  /** Puts the file in its place, whole; without any line it is a header, so that no earlier run's is mistaken for it. */
  finish: () => Promise<void>;
  /** Leaves everything as it was before. */
  abandon: () => Promise<void>;
}

/**
 * Keeps refused lines in the columns they came in, after `line` and `error`, which an import ignores: mended, the
 * file is fed back with the same options. It is readable by its owner only, and appears under its name when whole.
 * @throws InvError INVALID_INPUT when it would overwrite the input or cannot be created.
 */
export async function openRejects(options: RejectsOptions): Promise<RejectsFile> {
  const { path, inputPath, format, columns } = options;
  if (inputPath !== undefined && (await isSameFile(path, inputPath))) {
    throw new InvError('INVALID_INPUT', `--errors: ${path} is the file that is being read`, {
      hint: `for example --errors ${path}.rejected`,
    });
  }
  const temporaryPath = join(dirname(path), `.${randomUUID()}.rejected`);
  const handle = await create(temporaryPath, path);
  const kept = keptColumns(columns);
  if (format === 'csv') await handle.writeFile(headerRow(kept));

  async function write(lines: readonly RejectedLine[]): Promise<void> {
    if (lines.length === 0) return;
    const rows = lines.map((line) => (format === 'csv' ? csvRow(line, kept) : ndjsonRow(line)));
    await handle.writeFile(rows.join(''));
  }

  async function finish(): Promise<void> {
    await handle.sync();
    await handle.close();
    await rename(temporaryPath, path);
  }

  async function abandon(): Promise<void> {
    await handle.close();
    await rm(temporaryPath, { force: true });
  }

  return { write, finish, abandon };
}

interface KeptColumn {
  readonly name: string;
  readonly index: number;
}

/** A file that was mended and fed back has the two columns already; they are not carried along. */
function keptColumns(columns: readonly string[]): KeptColumn[] {
  const all = columns.map((name, index) => ({ name, index }));
  const hasRejectColumns = REJECT_COLUMNS.every(
    (name, index) => foldedName(columns[index] ?? '') === name,
  );
  return hasRejectColumns ? all.slice(REJECT_COLUMNS.length) : all;
}

function headerRow(kept: readonly KeptColumn[]): string {
  return formatCsvRow([...REJECT_COLUMNS, ...kept.map(({ name }) => name)], {
    guardFormulas: false,
  });
}

/** Cells are written as they were read, guards included: reading the file again gives the same values. */
function csvRow({ line, error, cells }: RejectedLine, kept: readonly KeptColumn[]): string {
  const first = kept[0]?.index ?? 0;
  const original = cells.length > first ? cells.slice(first) : cells;
  return formatCsvRow([line, error, ...original], { guardFormulas: false });
}

/** The object as it was, with the two members in front; what is no object becomes one that holds the text. */
function ndjsonRow({ line, error, cells }: RejectedLine): string {
  const text = (cells[0] ?? '').trim();
  const note = `"line":${line},"error":${JSON.stringify(error)}`;
  const body = /^\{\s*(?:"line":\d+,"error":"(?:[^"\\]|\\.)*",?)?(.*)\}$/s.exec(text)?.[1];
  if (body === undefined) return `{${note},"text":${JSON.stringify(text)}}\n`;
  return body.trim() === '' ? `{${note}}\n` : `{${note},${body}}\n`;
}

async function isSameFile(path: string, other: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([stat(path), stat(other)]);
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}

async function create(temporaryPath: string, path: string): Promise<FileHandle> {
  try {
    const target = await stat(path).catch(() => undefined);
    if (target?.isFile() === false) throw new Error('it is not a regular file');
    return await open(temporaryPath, 'wx', 0o600);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvError('INVALID_INPUT', `--errors: ${path} cannot be written: ${reason}`, {
      cause: error,
    });
  }
}
