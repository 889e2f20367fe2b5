import { unguardFormula } from '../../lib/csv.ts';
import { InvError } from '../../lib/errors.ts';
import type { CsvRecord } from './csv-records.ts';
import { createCsvReader } from './csv-records.ts';
import type { ColumnRules, FieldPosition } from './header.ts';
import { resolveHeader } from './header.ts';
import type { FileLimits } from './limits.ts';
import type { LineBlock } from './line-blocks.ts';
import { linesOf } from './line-blocks.ts';
import type { RawRecord } from './raw-record.ts';
import { isOpenAfter } from './split-record.ts';

const DELIMITERS = [',', ';', '\t'] as const;

export interface CsvLayout {
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly ignoredColumns: readonly string[];
  readonly fields: readonly FieldPosition[];
  /** The line where the header starts; everything up to it is no record. */
  readonly headerLine: number;
}

/**
 * Finds delimiter and columns in the first record of a file.
 * @throws InvError INVALID_INPUT when it is no header, or lacks a required column.
 */
export function readCsvLayout(first: LineBlock, rules: ColumnRules, limits: FileLimits): CsvLayout {
  const lines = linesOf(first);
  const start = lines.findIndex((text) => text.trim() !== '');
  const declared = /^sep=([,;\t])\r?$/i.exec(lines[start] ?? '')?.[1];
  const header = declared === undefined ? start : start + 1;
  const delimiter = declared ?? delimiterOf(lines[header] ?? '');
  const reader = createCsvReader({ delimiter, recordLengthMax: limits.lineBytesMax });
  const records: CsvRecord[] = [];
  for (let index = header; index < lines.length && records.length === 0; index += 1) {
    reader.take(lines[index] ?? '', index + 1, records);
  }
  reader.end(records);
  const record = records[0];
  if (record === undefined) throw new InvError('INVALID_INPUT', 'the file is empty');
  const { line: headerLine, cells: columns, problem } = record;
  if (problem !== undefined) throw new InvError('INVALID_INPUT', `line ${headerLine}: ${problem}`);
  const { fields, ignoredColumns } = resolveHeader(columns, rules);
  return { delimiter, columns, ignoredColumns, fields, headerLine };
}

/** The records below the header, batch by batch. */
export async function* csvRecords(
  blocks: AsyncIterable<LineBlock>,
  layout: CsvLayout,
  limits: FileLimits,
): AsyncGenerator<RawRecord[]> {
  const { delimiter, headerLine } = layout;
  const reader = createCsvReader({ delimiter, recordLengthMax: limits.lineBytesMax });
  for await (const block of blocks) {
    const lines = linesOf(block);
    const records: CsvRecord[] = [];
    for (let index = 0; index < lines.length; index += 1) {
      const line = block.line + index;
      if (line >= headerLine) reader.take(lines[index] ?? '', line, records);
    }
    yield* batchOf(records, layout);
  }
  const last: CsvRecord[] = [];
  reader.end(last);
  yield* batchOf(last, layout);
}

function* batchOf(records: readonly CsvRecord[], layout: CsvLayout): Generator<RawRecord[]> {
  const batch: RawRecord[] = [];
  for (const record of records) {
    const raw = record.line === layout.headerLine ? undefined : toRaw(record, layout);
    if (raw !== undefined) batch.push(raw);
  }
  if (batch.length > 0) yield batch;
}

function toRaw({ line, cells, problem }: CsvRecord, layout: CsvLayout): RawRecord | undefined {
  if (problem !== undefined) return { line, problem, cells };
  const expected = layout.columns.length;
  if (cells.length !== expected) {
    if (cells.every((cell) => cell.trim() === '')) return undefined;
    // Spreadsheets leave empty cells to the right; anything else to the right is a shifted row.
    const isPadded = cells.length > expected && cells.slice(expected).every((cell) => cell === '');
    if (!isPadded) {
      const counts = `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, the header has ${expected}`;
      return { line, problem: `the line has ${counts}`, cells };
    }
  }
  const values: Record<string, string> = {};
  let isBlank = true;
  for (const { field, index } of layout.fields) {
    const cell = cells[index] ?? '';
    if (cell !== '') isBlank = false;
    values[field] = unguardFormula(cell);
  }
  if (isBlank && cells.every((cell) => cell.trim() === '')) return undefined;
  return { line, values, cells };
}

/** The delimiter that stands most often in the header, outside of quotes. */
function delimiterOf(header: string): string {
  const counts = DELIMITERS.map((delimiter) => ({
    delimiter,
    count: countOutsideQuotes(header, delimiter),
  }));
  const most = counts.reduce((best, next) => (next.count > best.count ? next : best));
  return most.delimiter;
}

function countOutsideQuotes(header: string, delimiter: string): number {
  let count = 0;
  let open = false;
  for (const part of header.split(delimiter)) {
    if (!open) count += 1;
    open = isOpenAfter(part, { delimiter, open });
  }
  return count;
}
