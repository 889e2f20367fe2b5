import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { loadCsv, TSV, type LineFormat } from './delimited.ts';
import { pick } from './fields.ts';
import { createChunkedOutput, type ChunkedOutput, type Output } from './output.ts';
import { escapeJsonText } from './sanitize.ts';
import type { Column, OutputFormat, StreamProfile, Style } from './types.ts';

/** Writes rows of one shape, batch by batch, holding no more than the batch and one chunk. */
export interface RowWriter {
  readonly begin: () => Promise<void>;
  readonly add: (rows: readonly JsonObject[]) => Promise<void>;
  readonly end: () => Promise<void>;
}

export interface RowWriterOptions {
  readonly output: Output;
  readonly profile: StreamProfile;
  readonly style: Style;
  readonly format: OutputFormat;
  readonly fields: readonly string[] | undefined;
}

/** Loads what the format needs and nothing else: a pipe never pays for tables. */
export async function openRowWriter(
  columns: readonly Column[],
  { output, profile, style, format, fields }: RowWriterOptions,
): Promise<RowWriter> {
  const out = createChunkedOutput(output);
  switch (format) {
    case 'json':
      return jsonRows(out, fields);
    case 'ndjson':
      return { ...lines(out, (row) => `${rowJson(row, fields)}\n`), begin: nothing };
    case 'csv':
      return delimitedRows(out, columns, await loadCsv({ isTty: profile.isTty }));
    case 'tsv':
      return delimitedRows(out, columns, TSV);
    case 'table': {
      const { createTablePainter } = await import('./table-painter.ts');
      const painter = createTablePainter({ columns, profile, ellipsis: style.mark.ellipsis });
      return {
        begin: nothing,
        async add(rows) {
          for (const line of await painter.paint(rows)) await out.add(`${line}\n`);
        },
        end: out.flush,
      };
    }
  }
}

export function toJson(value: JsonValue, indent?: number): string {
  return escapeJsonText(JSON.stringify(value, null, indent));
}

const nothing = (): Promise<void> => Promise.resolve();

function jsonRows(out: ChunkedOutput, fields: readonly string[] | undefined): RowWriter {
  let separator = '';
  const writer = lines(out, (row) => {
    const text = `${separator}\n${rowJson(row, fields)}`;
    separator = ',';
    return text;
  });
  return {
    ...writer,
    async begin() {
      await out.add('[');
    },
    async end() {
      await out.add(separator === '' ? ']\n' : '\n]\n');
      await out.flush();
    },
  };
}

function delimitedRows(
  out: ChunkedOutput,
  columns: readonly Column[],
  format: LineFormat,
): RowWriter {
  return {
    ...lines(out, (row) => format.row(columns, row)),
    async begin() {
      await out.add(format.header(columns));
    },
  };
}

function lines(
  out: ChunkedOutput,
  toText: (row: JsonObject) => string,
): Pick<RowWriter, 'add' | 'end'> {
  return {
    async add(rows) {
      for (const row of rows) {
        const full = out.add(toText(row));
        if (full !== undefined) await full;
      }
    },
    end: out.flush,
  };
}

function rowJson(row: JsonObject, fields: readonly string[] | undefined): string {
  return toJson(fields === undefined ? row : pick(row, fields));
}
