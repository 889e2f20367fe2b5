import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { humanText } from './cell-text.ts';
import { render } from './style.ts';
import type { Column, StyleName } from './types.ts';

/** Rows as safe, plain text, with the style each cell gets once its width is settled. */
export interface Sheet {
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly SheetCell[])[];
}

export interface SheetColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly priority: number;
}

export interface SheetCell {
  readonly text: string;
  readonly style: StyleName | undefined;
}

export function toSheet(columns: readonly Column[], rows: readonly JsonObject[]): Sheet {
  return {
    columns: columns.map((column) => ({
      title: plain(column.title),
      align: column.align ?? (holdsNumbersOnly(column.key, rows) ? 'right' : 'left'),
      priority: column.priority ?? 0,
    })),
    rows: rows.map((row) => columns.map((column) => toCell(column, row))),
  };
}

export function* sheetTexts(sheet: Sheet): Generator<string> {
  for (const { title } of sheet.columns) yield title;
  for (const row of sheet.rows) for (const { text } of row) yield text;
}

export function toCell(column: Column, row: JsonObject): SheetCell {
  const value = row[column.key];
  return {
    text: plain(column.format === undefined ? humanText(value) : column.format(value, row)),
    style: column.style?.(value, row),
  };
}

/** Styles inside a cell would be cut apart with it: a cell has one style, given by its column. */
export function plain(text: string): string {
  return render(text, { color: false });
}

function holdsNumbersOnly(key: string, rows: readonly JsonObject[]): boolean {
  const isNothing = (value: JsonValue | undefined): boolean =>
    value === undefined || value === null;
  return (
    rows.every((row) => typeof row[key] === 'number' || isNothing(row[key])) &&
    rows.some((row) => typeof row[key] === 'number')
  );
}
