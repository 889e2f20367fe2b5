import type { JsonObject } from '../../lib/json.ts';
import { loadCsv, TSV, type LineFormat } from './delimited.ts';
import { isObject, pick, selectColumns, selectDocument } from './fields.ts';
import { createChunkedOutput, type ChunkedOutput, type Output } from './output.ts';
import { escapeJsonText } from './sanitize.ts';
import { render } from './style.ts';
import type {
  OutputFormat,
  Presentation,
  RowStream,
  StreamProfile,
  Style,
  Terminal,
} from './types.ts';

export interface PrinterOptions {
  readonly output: Output;
  readonly profile: StreamProfile;
  readonly style: Style;
  readonly format: OutputFormat;
  readonly fields: readonly string[] | undefined;
  /** Takes what is not the result: "nothing found", "showing 50 of 1,200". */
  readonly note: (text: string) => void;
}

/** Prints results to stdout in the chosen format. */
export function createPrinter(options: PrinterOptions): Pick<Terminal, 'print' | 'printStream'> {
  return {
    print: (presentation) => printDocument(presentation, options),
    async printStream(stream) {
      const batches = batch(stream.rows)[Symbol.asyncIterator]();
      const first = await batches.next();
      const firstRows = first.done === true ? [] : first.value;
      const columns = selectColumns({
        columns: stream.columns,
        rows: firstRows,
        fields: options.fields,
      });
      const writer = await openRows(columns, options);
      await writer.begin();
      let count = 0;
      let rows = firstRows;
      while (rows.length > 0) {
        await writer.add(rows);
        count += rows.length;
        const next = await batches.next();
        rows = next.done === true ? [] : next.value;
      }
      await writer.end();
      noteEnd({ count, empty: stream.empty, footer: stream.footer?.(count) }, options);
    },
  };
}

/** Bounds memory, and is enough to judge the width of columns by. */
const BATCH_ROWS_MAX = 500;

async function* batch(rows: RowStream['rows']): AsyncGenerator<readonly JsonObject[]> {
  let current: JsonObject[] = [];
  for await (const row of rows) {
    current.push(row);
    if (current.length < BATCH_ROWS_MAX) continue;
    yield current;
    current = [];
  }
  if (current.length > 0) yield current;
}

async function printDocument(presentation: Presentation, options: PrinterOptions): Promise<void> {
  const { document, columns, rows } = presentation;
  const { output, format, fields, profile } = options;
  if (format === 'json') {
    const selected = selectDocument(document, fields);
    return output.write(`${toJson(selected, profile.isTty ? 2 : undefined)}\n`);
  }
  if (format === 'ndjson' && rows === undefined) {
    return output.write(`${toJson(selectDocument(document, fields))}\n`);
  }
  if (format === 'table' && presentation.human !== undefined && fields === undefined) {
    const lines = presentation.human(options.style);
    return output.write(lines.map((line) => `${render(line, profile)}\n`).join(''));
  }
  if (format === 'table' && rows === undefined && isObject(document)) {
    return printRecord(document, presentation, options);
  }
  const shown = rows ?? [isObject(document) ? document : { value: document }];
  const writer = await openRows(selectColumns({ columns, rows: shown, fields }), options);
  await writer.begin();
  for (let start = 0; start < shown.length; start += BATCH_ROWS_MAX) {
    await writer.add(shown.slice(start, start + BATCH_ROWS_MAX));
  }
  await writer.end();
  const { empty, footer } = presentation;
  noteEnd({ count: shown.length, empty, footer }, options);
}

async function printRecord(
  record: JsonObject,
  { columns }: Presentation,
  { output, profile, style, fields }: PrinterOptions,
): Promise<void> {
  const { drawRecord } = await import('./record.ts');
  const lines = drawRecord({
    record,
    columns: selectColumns({ columns, rows: [record], fields }),
    profile,
    ellipsis: style.mark.ellipsis,
  });
  await output.write(lines.map((line) => `${line}\n`).join(''));
}

interface RowWriter {
  begin(): Promise<void>;
  add(rows: readonly JsonObject[]): Promise<void>;
  end(): Promise<void>;
}

async function openRows(
  columns: Parameters<LineFormat['header']>[0],
  options: PrinterOptions,
): Promise<RowWriter> {
  const out = createChunkedOutput(options.output);
  switch (options.format) {
    case 'json':
      return jsonRows(out, options.fields);
    case 'ndjson':
      return ndjsonRows(out, options.fields);
    case 'csv':
      return delimitedRows(out, columns, await loadCsv({ isTty: options.profile.isTty }));
    case 'tsv':
      return delimitedRows(out, columns, TSV);
    case 'table': {
      const { createTablePainter } = await import('./table-painter.ts');
      const { profile, style } = options;
      const painter = createTablePainter({ columns, profile, ellipsis: style.mark.ellipsis });
      return {
        begin: () => Promise.resolve(),
        async add(rows) {
          for (const line of painter.paint(rows)) await out.add(`${line}\n`);
        },
        end: out.flush,
      };
    }
  }
}

function jsonRows(out: ChunkedOutput, fields: readonly string[] | undefined): RowWriter {
  let separator = '';
  return {
    begin: () => out.add('['),
    async add(rows) {
      for (const row of rows) {
        await out.add(`${separator}\n${toJson(fields === undefined ? row : pick(row, fields))}`);
        separator = ',';
      }
    },
    async end() {
      await out.add(separator === '' ? ']\n' : '\n]\n');
      await out.flush();
    },
  };
}

function ndjsonRows(out: ChunkedOutput, fields: readonly string[] | undefined): RowWriter {
  return {
    begin: () => Promise.resolve(),
    async add(rows) {
      for (const row of rows) {
        await out.add(`${toJson(fields === undefined ? row : pick(row, fields))}\n`);
      }
    },
    end: out.flush,
  };
}

function delimitedRows(
  out: ChunkedOutput,
  columns: Parameters<LineFormat['header']>[0],
  format: LineFormat,
): RowWriter {
  return {
    begin: () => out.add(format.header(columns)),
    async add(rows) {
      for (const row of rows) await out.add(format.row(columns, row));
    },
    end: out.flush,
  };
}

function noteEnd(
  end: { count: number; empty: string | undefined; footer: string | undefined },
  { format, note }: PrinterOptions,
): void {
  if (format !== 'table') return;
  const text = end.count === 0 ? end.empty : end.footer;
  if (text !== undefined) note(text);
}

function toJson(value: Presentation['document'], indent?: number): string {
  return escapeJsonText(JSON.stringify(value, null, indent));
}
