import type { SheetCell } from './sheet.ts';
import { paint } from './style.ts';
import type { StreamProfile } from './types.ts';
import { displayWidth, wrap } from './width.ts';

/** Titles and values side by side; a long value goes on below itself, and is never cut. */
export function entryLines(
  entries: readonly { readonly title: string; readonly cell: SheetCell }[],
  profile: StreamProfile,
): readonly string[] {
  const titleWidth = Math.max(0, ...entries.map(({ title }) => displayWidth(title)));
  const valueWidth = Math.max(profile.columns - titleWidth - GAP.length, VALUE_WIDTH_MIN);
  return entries.flatMap(({ title, cell }) => {
    const padding = ' '.repeat(titleWidth - displayWidth(title));
    return wrap(cell.text, valueWidth).map((line, index) => {
      const lead =
        index === 0 ? paint(title, 'dim', profile.color) + padding : ' '.repeat(titleWidth);
      return (
        lead +
        GAP +
        paint(line, line === '' ? undefined : cell.style, profile.color)
      ).trimEnd();
    });
  });
}

const GAP = '  ';
const VALUE_WIDTH_MIN = 8;
