import { InvError } from '../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { closest } from '../../lib/suggest.ts';
import { isList } from './cell-text.ts';
import type { Column } from './types.ts';

/** The columns to show: those asked for with `--fields`, else those of the command, else every key. */
export function selectColumns(options: {
  readonly columns: readonly Column[] | undefined;
  readonly rows: readonly JsonObject[];
  readonly fields: readonly string[] | undefined;
  /** Unknown names become empty columns instead of an error. */
  readonly lenient?: boolean | undefined;
}): readonly Column[] {
  const { columns, rows, fields, lenient = false } = options;
  const offered = columns ?? keysOf(rows).map(plainColumn);
  if (fields === undefined) return offered;
  const known = [...new Set([...offered.map((column) => column.key), ...keysOf(rows)])];
  // Without any row the keys that exist are not known, and nothing can be left out wrongly.
  if (rows.length > 0 && !lenient) refuseUnknownFields(fields, known);
  return fields.map((key) => offered.find((column) => column.key === key) ?? plainColumn(key));
}

/** The document of `--json` with the asked-for fields only, in the asked-for order. */
export function selectDocument(
  document: JsonValue,
  fields: readonly string[] | undefined,
  lenient = false,
): JsonValue {
  if (fields === undefined) return document;
  const rows = (isList(document) ? document : [document]).filter(isObject);
  if (rows.length > 0 && !lenient) refuseUnknownFields(fields, keysOf(rows));
  if (isList(document)) {
    return document.map((entry) => (isObject(entry) ? pick(entry, fields) : entry));
  }
  return isObject(document) ? pick(document, fields) : document;
}

export function pick(row: JsonObject, keys: readonly string[]): JsonObject {
  // A field that this row lacks is null, so that every row has the same shape.
  return Object.fromEntries(keys.map((key) => [key, row[key] ?? null]));
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function keysOf(rows: readonly JsonObject[]): readonly string[] {
  const keys = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) keys.add(key);
  return [...keys];
}

function plainColumn(key: string): Column {
  return { key, title: key.replaceAll('_', ' ') };
}

/** @throws InvError USAGE that names the fields there are */
export function refuseUnknownFields(fields: readonly string[], known: readonly string[]): void {
  const unknown = unknownField(fields, known);
  if (unknown === undefined) return;
  const meant = closest(unknown, known);
  throw new InvError(
    'USAGE',
    `--fields: there is no field "${unknown}" here; there are ${known.join(', ')}`,
    meant === undefined ? {} : { hint: `--fields ${meant} (did you mean that?)` },
  );
}

export function unknownField(
  fields: readonly string[],
  known: readonly string[],
): string | undefined {
  return fields.find((field) => !known.includes(field));
}
