/** What decides how wide a column of a table may become. */
export interface ColumnExtent {
  /** Width of its widest cell or title, in terminal columns. */
  readonly natural: number;
  /** Numbers and the first column are never cut: a cut number is a wrong number. */
  readonly canShrink: boolean;
  /** The lowest shrinks first. */
  readonly priority: number;
}

export const COLUMN_GAP = 2;

/** Narrower than this a name says nothing any more. */
const TEXT_WIDTH_MIN = 8;

/**
 * The width of each column so that the table fits, or undefined when it cannot fit without cutting
 * what must not be cut.
 */
export function layOutColumns(
  extents: readonly ColumnExtent[],
  available: number,
): readonly number[] | undefined {
  const widths = extents.map(({ natural, canShrink }) =>
    canShrink ? Math.min(natural, available) : natural,
  );
  const gaps = COLUMN_GAP * Math.max(extents.length - 1, 0);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - available;
  while (excess > 0) {
    const index = nextToShrink(extents, widths);
    if (index === undefined) return undefined;
    widths[index] = (widths[index] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** The lowest priority; of those the widest; of those the last. */
function nextToShrink(
  extents: readonly ColumnExtent[],
  widths: readonly number[],
): number | undefined {
  let chosen: { index: number; priority: number; width: number } | undefined;
  for (const [index, { canShrink, priority }] of extents.entries()) {
    const width = widths[index] ?? 0;
    if (!canShrink || width <= TEXT_WIDTH_MIN) continue;
    const isBetter =
      chosen === undefined ||
      priority < chosen.priority ||
      (priority === chosen.priority && width >= chosen.width);
    if (isBetter) chosen = { index, priority, width };
  }
  return chosen?.index;
}
