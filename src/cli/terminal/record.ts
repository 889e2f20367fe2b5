import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { humanText, isList } from './cell-text.ts';
import { isObject, selectColumns } from './fields.ts';
import { plain, toCell, type SheetCell } from './sheet.ts';
import { paint } from './style.ts';
import { createTablePainter } from './table-painter.ts';
import type { Column, StreamProfile } from './types.ts';
import { entryLines } from './entry-lines.ts';
import { prepareWidths } from './width.ts';

export interface RecordOptions {
  readonly record: JsonObject;
  readonly columns: readonly Column[];
  readonly profile: StreamProfile;
  readonly ellipsis: string;
}

/** One record as lines of title and value; lists inside it follow as tables of their own. */
export async function drawRecord(options: RecordOptions): Promise<readonly string[]> {
  const { record, columns, profile } = options;
  const lists = columns.filter(({ key }) => holdsRecords(record[key]));
  const entries = columns
    .filter((column) => !lists.includes(column))
    .flatMap((column) => entriesOf(column, record));
  await prepareWidths(entries.flatMap(({ title, cell }) => [title, cell.text]));
  const lines = [...entryLines(entries, profile)];
  for (const column of lists) lines.push(...(await drawList(column, record[column.key], options)));
  return lines;
}

interface Entry {
  readonly title: string;
  readonly cell: SheetCell;
}

function entriesOf(column: Column, record: JsonObject): readonly Entry[] {
  const value = record[column.key];
  if (!isObject(value) || column.format !== undefined) {
    return [{ title: plain(column.title), cell: toCell(column, record) }];
  }
  return Object.entries(value).map(([key, inner]) => ({
    title: plain(`${column.title} ${key.replaceAll('_', ' ')}`),
    cell: { text: plain(humanText(inner)), style: undefined },
  }));
}

function holdsRecords(value: JsonValue | undefined): boolean {
  return isList(value) && value.length > 0 && value.every(isObject);
}

async function drawList(
  column: Column,
  value: JsonValue | undefined,
  { profile, ellipsis }: RecordOptions,
): Promise<readonly string[]> {
  const rows = isList(value) ? value.filter(isObject) : [];
  const columns = selectColumns({ columns: undefined, rows, fields: undefined });
  const inner = { ...profile, columns: Math.max(profile.columns - INDENT.length, 1) };
  const lines = await createTablePainter({ columns, profile: inner, ellipsis }).paint(rows);
  return [
    '',
    paint(plain(column.title), 'bold', profile.color),
    ...lines.map((line) => (line === '' ? '' : INDENT + line)),
  ];
}

const INDENT = '  ';
