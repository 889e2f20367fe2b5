import { InvError } from '../../lib/errors.ts';
import type { ColumnRules } from './header.ts';
import { foldedName, resolveHeader } from './header.ts';
import type { LineBlock } from './line-blocks.ts';
import { linesOf } from './line-blocks.ts';
import { readNdjsonLine } from './ndjson-records.ts';
import type { RawRecord } from './raw-record.ts';

export interface NdjsonLayout {
  readonly columns: readonly string[];
  readonly ignoredColumns: readonly string[];
}

/**
 * The keys of the first object stand for the header of a CSV file. Later lines may have others: an object that
 * lacks a required field is a problem of its line, but a first line without it is most likely the wrong file.
 * @throws InvError INVALID_INPUT when the first line, being an object, lacks a required field.
 */
export function readNdjsonLayout(first: LineBlock, rules: ColumnRules): NdjsonLayout {
  const text = linesOf(first).find((line) => line.trim() !== '');
  if (text === undefined) throw new InvError('INVALID_INPUT', 'the file is empty');
  const { members } = readNdjsonLine(text);
  if (members === undefined) return { columns: [], ignoredColumns: [] };
  const columns = [...members.keys()];
  const { ignoredColumns } = resolveHeader(columns, { ...rules, requiredColumns: [] });
  return { columns, ignoredColumns };
}

/** One record a line, batch by batch; blank lines are passed over. */
export async function* ndjsonRecords(
  blocks: AsyncIterable<LineBlock>,
  rules: ColumnRules,
): AsyncGenerator<RawRecord[]> {
  const wanted = fieldsByName(rules);
  for await (const block of blocks) {
    const batch: RawRecord[] = [];
    linesOf(block).forEach((text, index) => {
      if (text.trim() !== '') batch.push(toRaw(text, { line: block.line + index, wanted }));
    });
    if (batch.length > 0) yield batch;
  }
}

/** Folded key → the fields that are read from it: one column may feed two fields. */
function fieldsByName({ map, knownColumns }: ColumnRules): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const field of knownColumns) {
    const name = foldedName(map.get(field) ?? field);
    fields.set(name, [...(fields.get(name) ?? []), field]);
  }
  return fields;
}

function toRaw(
  text: string,
  { line, wanted }: { line: number; wanted: ReadonlyMap<string, readonly string[]> },
): RawRecord {
  const cells = [text];
  const { members, problem } = readNdjsonLine(text);
  if (members === undefined) return { line, problem, cells };
  const values: Record<string, string> = {};
  for (const [key, value] of members) {
    for (const field of wanted.get(key) ?? wanted.get(foldedName(key)) ?? []) {
      if (Object.hasOwn(values, field)) {
        return { line, problem: `"${key}" stands there twice`, cells };
      }
      values[field] = value;
    }
  }
  return { line, values, cells };
}
