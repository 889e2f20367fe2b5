import type { ParsedLine, RawLine } from '../../domain/parse/lines.ts';
import type { FileLine } from '../stock/file-lines.ts';
import type { LineError } from './import-report.ts';

/** A line whose cells parse. */
export interface ReadLine<Line> {
  readonly line: number;
  /** The code as the file writes it. */
  readonly spelling: string;
  readonly value: Line;
}

export interface ReadBatch<Line> {
  readonly lines: readonly ReadLine<Line>[];
  readonly errors: readonly LineError[];
}

export interface LineReader<Line> {
  readonly codeColumn: string;
  readonly parse: (values: RawLine) => ParsedLine<Line>;
}

export interface BatchSource {
  readonly batches: () => AsyncIterable<readonly FileLine[]>;
  readonly batchLinesMax: number;
}

/** Reads a file from its start: lines that parse, and why the others do not, batch by batch. */
export async function* readBatches<Line>(
  reader: LineReader<Line>,
  { batches, batchLinesMax }: BatchSource,
): AsyncGenerator<ReadBatch<Line>> {
  // Blocks of a file end anywhere; full batches cost fewer round trips.
  let waiting: FileLine[] = [];
  for await (const raw of batches()) {
    waiting = waiting.concat(raw);
    while (waiting.length >= batchLinesMax) {
      yield readBatch(reader, waiting.slice(0, batchLinesMax));
      waiting = waiting.slice(batchLinesMax);
    }
  }
  if (waiting.length > 0) yield readBatch(reader, waiting);
}

function readBatch<Line>(
  { parse, codeColumn }: LineReader<Line>,
  raw: readonly FileLine[],
): ReadBatch<Line> {
  const lines: ReadLine<Line>[] = [];
  const errors: LineError[] = [];
  for (const { line, values, problem } of raw) {
    const parsed = values === undefined ? undefined : parse(values);
    if (parsed?.ok === true) {
      lines.push({ line, spelling: values?.[codeColumn]?.trim() ?? '', value: parsed.value });
      continue;
    }
    const message =
      parsed === undefined
        ? (problem ?? 'it cannot be read')
        : parsed.problems.map((one) => `${one.column}: ${one.message}`).join('; ');
    errors.push({ line, code: 'INVALID_INPUT', message, sku: shownCode(values?.[codeColumn]) });
  }
  return { lines, errors };
}

/** A code of ten thousand characters says no more than its beginning. */
function shownCode(code: string | undefined): string | null {
  if (code === undefined || code.trim() === '') return null;
  return code.length > 80 ? `${code.slice(0, 80)}…` : code;
}
