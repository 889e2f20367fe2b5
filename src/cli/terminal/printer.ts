import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { isList } from './cell-text.ts';
import { isObject, selectColumns, selectDocument, unknownField } from './fields.ts';
import { openRowWriter, toJson, type RowWriter, type RowWriterOptions } from './row-writer.ts';
import { render } from './style.ts';
import type { Presentation, RowStream, Terminal } from './types.ts';

export interface PrinterOptions extends RowWriterOptions {
  /** Takes what is not the result: "nothing found", "showing 50 of 1,200". */
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** Prints results to stdout in the chosen format. */
export function createPrinter(options: PrinterOptions): Pick<Terminal, 'print' | 'printStream'> {
  return {
    print: (presentation) => printPresentation(presentation, options),
    printStream: (stream) => printBatches({ ...stream, batches: batch(stream.rows) }, options),
  };
}

/** Bounds memory, and is enough to judge the width of columns by. */
const BATCH_ROWS_MAX = 500;

async function printPresentation(
  presentation: Presentation,
  options: PrinterOptions,
): Promise<void> {
  const { document, columns, rows, human, empty, footer, receipt } = presentation;
  const { output, format, fields, profile } = options;
  if (receipt === true) warnUnknownFields(presentation, options);
  if (format === 'json') {
    const selected = selectDocument(document, fields, receipt);
    return output.write(`${toJson(selected, profile.isTty ? 2 : undefined)}\n`);
  }
  if (format === 'table' && human !== undefined && fields === undefined) {
    const lines = human(options.style);
    return output.write(lines.map((line) => `${render(line, profile)}\n`).join(''));
  }
  if (format === 'table' && rows === undefined && isObject(document)) {
    return printRecord(document, presentation, options);
  }
  const batches = slices(rows ?? rowsOf(document));
  return printBatches({ columns, batches, empty, footer: () => footer, receipt }, options);
}

/** What is written is written: a wrong `--fields` costs a warning. */
function warnUnknownFields(
  { document, rows, columns = [] }: Presentation,
  { fields = [], format, warn }: PrinterOptions,
): void {
  const shown = format === 'json' ? rowsOf(document) : (rows ?? rowsOf(document));
  const keys = [...shown.flatMap((row) => Object.keys(row)), ...columns.map(({ key }) => key)];
  const unknown = unknownField(fields, keys);
  if (unknown !== undefined) warn(`--fields: there is no field "${unknown}" here`);
}

async function printRecord(
  record: JsonObject,
  { columns, receipt }: Presentation,
  { output, profile, style, fields }: PrinterOptions,
): Promise<void> {
  const { drawRecord } = await import('./record.ts');
  const lines = await drawRecord({
    record,
    columns: selectColumns({ columns, rows: [record], fields, lenient: receipt }),
    profile,
    ellipsis: style.mark.ellipsis,
  });
  await output.write(lines.map((line) => `${line}\n`).join(''));
}

interface Batches extends Pick<Presentation, 'columns' | 'empty' | 'receipt'> {
  readonly batches: AsyncIterable<readonly JsonObject[]> | Iterable<readonly JsonObject[]>;
  readonly footer?: RowStream['footer'];
}

/** Nothing is written before the first batch is there, so a query that fails leaves stdout empty. */
async function printBatches(
  { columns, batches, empty, footer, receipt }: Batches,
  options: PrinterOptions,
): Promise<void> {
  const open = async (rows: readonly JsonObject[]): Promise<RowWriter> => {
    const { fields } = options;
    const selected = selectColumns({ columns, rows, fields, lenient: receipt });
    const opened = await openRowWriter(selected, options);
    await opened.begin();
    return opened;
  };
  let writer: RowWriter | undefined;
  let count = 0;
  for await (const rows of batches) {
    writer ??= await open(rows);
    await writer.add(rows);
    count += rows.length;
  }
  writer ??= await open([]);
  await writer.end();
  const text = count === 0 ? empty : footer?.(count);
  if (options.format === 'table' && text !== undefined) options.note(text);
}

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

function* slices(rows: readonly JsonObject[]): Generator<readonly JsonObject[]> {
  for (let start = 0; start < rows.length; start += BATCH_ROWS_MAX) {
    yield rows.slice(start, start + BATCH_ROWS_MAX);
  }
}

function rowsOf(document: JsonValue): readonly JsonObject[] {
  const entries = isList(document) ? document : [document];
  return entries.map((entry) => (isObject(entry) ? entry : { value: entry }));
}
