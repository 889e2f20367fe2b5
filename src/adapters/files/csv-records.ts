import { isOpenAfter, splitRecord } from './split-record.ts';

/** Cells of more lines than this are taken for a forgotten quote. */
const RECORD_LINES_MAX = 1_000;

export interface CsvRecord {
  /** The physical line, from 1, where the record starts. */
  readonly line: number;
  /** The cells as they stand; the whole text as one cell when it cannot be split. */
  readonly cells: readonly string[];
  readonly problem: string | undefined;
}

export interface CsvReaderOptions {
  readonly delimiter: string;
  /** Characters of one record; more are taken for a forgotten quote. */
  readonly recordLengthMax: number;
}

/** Takes the lines of a file one by one and gives records back as they are complete. */
export interface CsvReader {
  /** The line comes without its line end; blank lines between records are passed over. */
  take: (text: string, line: number, records: CsvRecord[]) => void;
  /** After the last line: what is still open is a problem. */
  end: (records: CsvRecord[]) => void;
}

/**
 * A record with a wrong quote costs its first line only. When it spans lines, the following ones are read
 * again on their own: one forgotten quote must not make a hundred thousand lines disappear.
 */
export function createCsvReader({ delimiter, recordLengthMax }: CsvReaderOptions): CsvReader {
  let open: { line: number; texts: string[]; length: number } | undefined;

  function take(raw: string, line: number, records: CsvRecord[]): void {
    const hasQuote = raw.includes('"');
    if (open !== undefined) {
      continueRecord(open, raw, hasQuote, records);
    } else {
      const text = withoutReturn(raw);
      if (text === '') return;
      const cells = hasQuote ? splitRecord(text, delimiter) : text.split(delimiter);
      if (cells !== undefined) records.push({ line, cells, problem: undefined });
      else if (!isOpenAfter(raw, { delimiter, open: false })) records.push(malformed(text, line));
      else open = { line, texts: [raw], length: raw.length };
    }
  }

  function continueRecord(
    record: { line: number; texts: string[]; length: number },
    raw: string,
    hasQuote: boolean,
    records: CsvRecord[],
  ): void {
    record.texts.push(raw);
    record.length += raw.length + 1;
    if (record.length > recordLengthMax || record.texts.length > RECORD_LINES_MAX) {
      giveUp(record, records);
    } else if (hasQuote && !isOpenAfter(raw, { delimiter, open: true })) {
      const cells = splitRecord(withoutReturn(record.texts.join('\n')), delimiter);
      if (cells === undefined) {
        giveUp(record, records);
      } else {
        open = undefined;
        records.push({ line: record.line, cells, problem: undefined });
      }
    }
  }

  function giveUp(record: { line: number; texts: string[] }, records: CsvRecord[]): void {
    open = undefined;
    const [first = '', ...following] = record.texts;
    records.push({
      line: record.line,
      cells: [withoutReturn(first)],
      problem:
        'a quote opened in this line is not closed properly; the lines after it were read on their own',
    });
    following.forEach((text, index) => {
      take(text, record.line + 1 + index, records);
    });
  }

  function end(records: CsvRecord[]): void {
    while (open !== undefined) giveUp(open, records);
  }

  return { take, end };
}

function malformed(text: string, line: number): CsvRecord {
  const problem =
    'a quote stands inside a cell; put the whole cell in quotes and write the quote twice ("12"" ruler")';
  return { line, cells: [text], problem };
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
