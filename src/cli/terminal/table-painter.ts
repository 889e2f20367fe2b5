import type { JsonObject } from '../../lib/json.ts';
import { entryLines } from './entry-lines.ts';
import { sheetTexts, toSheet, type Sheet } from './sheet.ts';
import { drawTable } from './table.ts';
import { layOutColumns } from './table-layout.ts';
import type { Column, StreamProfile } from './types.ts';
import { displayWidth, prepareWidths } from './width.ts';

export interface TablePainter {
  /** The lines of the next rows; those of the first call begin with the header. */
  paint(rows: readonly JsonObject[]): Promise<readonly string[]>;
}

/**
 * Paints rows in batches. Widths follow the widest cell seen so far, so a later batch may be wider
 * than the first but cuts no more than it must. A table that cannot fit is shown as one record
 * below the other, from its first batch to its last.
 */
export function createTablePainter(options: {
  readonly columns: readonly Column[];
  readonly profile: StreamProfile;
  readonly ellipsis: string;
}): TablePainter {
  const { profile, ellipsis } = options;
  let columns = options.columns;
  let naturals: readonly number[] = columns.map(() => 0);
  let mode: 'unknown' | 'table' | 'records' = 'unknown';
  return {
    async paint(rows) {
      const sheet = toSheet(columns, rows);
      await prepareWidths(sheetTexts(sheet));
      const isFirst = mode === 'unknown';
      naturals = widen(naturals, sheet);
      const widths = layOutColumns(extentsOf(sheet, naturals), profile.columns);
      if (isFirst) {
        mode = widths === undefined ? 'records' : 'table';
        // Later batches line up with the first, whatever they hold.
        columns = columns.map((column, index) => ({
          ...column,
          align: sheet.columns[index]?.align ?? 'left',
        }));
      }
      if (mode === 'records') return drawRecords(sheet, profile, isFirst);
      return drawTable({
        sheet,
        widths: widths ?? naturals,
        profile,
        ellipsis,
        hasHeader: isFirst,
      });
    },
  };
}

function widen(naturals: readonly number[], sheet: Sheet): readonly number[] {
  return sheet.columns.map(({ title }, index) => {
    let widest = Math.max(naturals[index] ?? 0, displayWidth(title), 1);
    for (const row of sheet.rows) widest = Math.max(widest, displayWidth(row[index]?.text ?? ''));
    return widest;
  });
}

function extentsOf(sheet: Sheet, naturals: readonly number[]) {
  return sheet.columns.map(({ align, priority }, index) => ({
    natural: naturals[index] ?? 1,
    canShrink: index > 0 && align === 'left',
    priority,
  }));
}

function drawRecords(sheet: Sheet, profile: StreamProfile, isFirst: boolean): readonly string[] {
  return sheet.rows.flatMap((row, rowIndex) => {
    const entries = row.map((cell, index) => ({
      title: sheet.columns[index]?.title ?? '',
      cell,
    }));
    const isVeryFirst = isFirst && rowIndex === 0;
    return [...(isVeryFirst ? [] : ['']), ...entryLines(entries, profile)];
  });
}
