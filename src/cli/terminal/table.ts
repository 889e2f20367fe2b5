import Table from 'cli-table3';
import { paint } from './style.ts';
import { COLUMN_GAP } from './table-layout.ts';
import type { Sheet, SheetCell } from './sheet.ts';
import type { StreamProfile } from './types.ts';
import { displayWidth, shorten } from './width.ts';

/**
 * Draws a table as lines of text. cli-table3 colours pipes, obeys escape sequences in data and
 * loses Chinese text, so no text passes through it: it lays out stand-ins of the right width, and
 * the finished cells take their place, in the same order.
 */
export function drawTable(options: {
  readonly sheet: Sheet;
  readonly widths: readonly number[];
  readonly profile: StreamProfile;
  readonly ellipsis: string;
  readonly hasHeader: boolean;
}): readonly string[] {
  const { sheet, widths, profile, ellipsis } = options;
  const rule = profile.unicode ? '─' : '-';
  const header: readonly SheetCell[][] = [
    sheet.columns.map(({ title }) => ({ text: title, style: 'bold' })),
    widths.map((width) => ({ text: rule.repeat(width), style: 'dim' })),
  ];
  const rows = [...(options.hasHeader ? header : []), ...sheet.rows];
  if (rows.length === 0) return [];
  const cells = rows.flatMap((row) =>
    row.map((cell, index) => {
      const width = widths[index] ?? 0;
      const text = shorten(cell.text, width, ellipsis);
      const padding = ' '.repeat(Math.max(width - displayWidth(text), 0));
      const painted = paint(text, text === '' ? undefined : cell.style, profile.color);
      return sheet.columns[index]?.align === 'right' ? padding + painted : painted + padding;
    }),
  );
  return layOut(widths, rows.length, cells);
}

const STAND_IN = '#';

function layOut(
  widths: readonly number[],
  rowCount: number,
  cells: readonly string[],
): readonly string[] {
  const table = new Table({
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    wordWrap: false,
  });
  const row = widths.map((width) => STAND_IN.repeat(width));
  table.push(...Array.from({ length: rowCount }, () => row));
  let next = 0;
  return table
    .toString()
    .replace(/#+/g, () => cells[next++] ?? '')
    .split('\n')
    .map((line) => line.trimEnd());
}

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(COLUMN_GAP),
};
