import { InvError } from '../../lib/errors.ts';
import { closest } from '../../lib/suggest.ts';

export interface ColumnRules {
  /** Field → the column that holds it, as given with `--map`. A mapped field is never read from elsewhere. */
  readonly map: ReadonlyMap<string, string>;
  /** The fields that may be read; a column of the same name holds one when no map says otherwise. */
  readonly knownColumns: readonly string[];
  readonly requiredColumns: readonly string[];
}

/** Where each field stands in a row. */
export interface FieldPosition {
  readonly field: string;
  readonly index: number;
}

export interface Header {
  readonly fields: readonly FieldPosition[];
  /** Columns that nothing reads, as they are written. */
  readonly ignoredColumns: readonly string[];
}

/** Columns that a file of rejected lines has in front; they are no news when it is fed back. */
export const REJECT_COLUMNS = ['line', 'error'] as const;

/**
 * Finds the fields among the columns of a header. Names match whatever their letter case, outer spaces, and
 * whether words are joined by `_`, `-` or a space.
 * @throws InvError INVALID_INPUT for a required field, or a column named by the map, that is not there or twice.
 */
export function resolveHeader(columns: readonly string[], rules: ColumnRules): Header {
  const fields: FieldPosition[] = [];
  for (const field of rules.knownColumns) {
    const mapped = rules.map.get(field);
    const index = positionOf(mapped ?? field, columns);
    if (index !== -1) fields.push({ field, index });
    else if (mapped !== undefined) throw mappedColumnMissing({ field, mapped, columns });
  }
  const missing = rules.requiredColumns.filter(
    (name) => !fields.some(({ field }) => field === name),
  );
  if (missing.length > 0) throw requiredColumnMissing({ missing, columns });
  const used = new Set(fields.map(({ index }) => index));
  const ignoredColumns = columns.filter((name, index) => !used.has(index) && !isRejectColumn(name));
  return { fields, ignoredColumns };
}

/** The name by which columns are compared. */
export function foldedName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');
}

function isRejectColumn(name: string): boolean {
  return REJECT_COLUMNS.some((column) => column === foldedName(name));
}

function positionOf(name: string, columns: readonly string[]): number {
  const folded = foldedName(name);
  const matches = columns.flatMap((column, index) =>
    foldedName(column) === folded ? [index] : [],
  );
  if (matches.length <= 1) return matches[0] ?? -1;
  const exact = matches.filter((index) => columns[index]?.trim() === name.trim());
  if (exact.length === 1) return exact[0] ?? -1;
  throw new InvError(
    'INVALID_INPUT',
    `line 1: the column ${name.trim()} stands there ${matches.length} times`,
    {
      hint: `Rename all but one of: ${listed(columns)}`,
    },
  );
}

function mappedColumnMissing(options: {
  field: string;
  mapped: string;
  columns: readonly string[];
}): InvError {
  const { field, mapped, columns } = options;
  const near = closest(mapped, columns);
  return new InvError(
    'INVALID_INPUT',
    `line 1: there is no column ${mapped}; the file has ${listed(columns)}`,
    {
      hint:
        near === undefined
          ? `--map ${field}=COLUMN with one of these`
          : `did you mean --map ${field}=${near}?`,
    },
  );
}

function requiredColumnMissing(options: {
  missing: readonly string[];
  columns: readonly string[];
}): InvError {
  const { missing, columns } = options;
  const advice = missing.map(
    (field) => `--map ${field}=${quotedForShell(closest(field, columns) ?? 'COLUMN')}`,
  );
  const noun = missing.length === 1 ? 'the column' : 'the columns';
  return new InvError(
    'INVALID_INPUT',
    `line 1: ${noun} ${missing.join(', ')} must be there; the file has ${listed(columns)}`,
    { hint: `Say which columns they are: ${advice.join(' ')}`, facts: { missing, columns } },
  );
}

function listed(columns: readonly string[]): string {
  const shownMax = 30;
  const rest = columns.length > shownMax ? `, … (${columns.length} columns)` : '';
  return (
    columns
      .slice(0, shownMax)
      .map((column) => column.trim().slice(0, 60))
      .join(', ') + rest
  );
}

function quotedForShell(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text}'`;
}
