import type { JsonValue } from '../../lib/json.ts';

/** A value as one cell of CSV or TSV: what a script reads back. */
export function machineText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (isList(value) && value.every(isScalar)) return value.map(machineText).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A value as a person reads it in a table or a record. */
export function humanText(value: JsonValue | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (isList(value) && value.every(isScalar)) return value.map(humanText).join(', ');
  return machineText(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isScalar(value: JsonValue): boolean {
  return value === null || typeof value !== 'object';
}
