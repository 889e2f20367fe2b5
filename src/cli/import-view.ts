import { importDocument, importOutcome, nothingApplied } from '../services/files/import-report.ts';
import type { ImportReport, LineError } from '../services/files/import-report.ts';
import type { Context } from './context.ts';
import type { OutputFormat, Presentation, Style } from './terminal/types.ts';

/** On a terminal; a file or a log gets them all. */
const ERRORS_SHOWN_MAX = 20;
const MERGED_SHOWN_MAX = 5;

interface ImportViewOptions {
  readonly dryRun: boolean;
  /** Where the refused lines are kept, when they are. */
  readonly errorsFile: string | undefined;
}

/**
 * Prints what became of a file and sets the exit code.
 * @throws InvError with the common code of the lines when nothing was applied
 */
export async function showImport(
  context: Pick<Context, 'terminal' | 'finishWith'>,
  report: ImportReport,
  options: ImportViewOptions,
): Promise<void> {
  const { terminal, finishWith } = context;
  const outcome = importOutcome(report);
  for (const line of mergedLines(report)) terminal.note(line);
  if (outcome !== undefined && outcome !== 'BATCH_PARTLY_DONE') {
    noteErrors(report, terminal, options);
    throw nothingApplied(report, outcome);
  }
  if (outcome !== undefined) finishWith(outcome);
  await terminal.print(importPresentation(report, { ...options, format: terminal.format }));
  if (terminal.format !== 'table') noteErrors(report, terminal, options);
}

/** Counts, then the refused lines: for people in words, in a pipe one row of counts. */
function importPresentation(
  report: ImportReport,
  options: ImportViewOptions & { readonly format: OutputFormat },
): Presentation {
  const document = importDocument(report);
  const { errors: _errors, merged: _merged, ...numbers } = document;
  // A line of NDJSON can hold the lists; a row of a table cannot.
  const counts = options.format === 'ndjson' ? document : numbers;
  return {
    document: options.dryRun ? { ...document, dry_run: true } : document,
    rows: [options.dryRun ? { ...counts, dry_run: true } : counts],
    human: (style) => [
      summary(report, style),
      ...errorLines(report, { ...options, shownMax: ERRORS_SHOWN_MAX }),
      ...(options.dryRun ? [style.dim('  dry run: nothing was written')] : []),
    ],
  };
}

function summary({ lines, applied, replayed, failed }: ImportReport, style: Style): string {
  const mark = failed === 0 ? style.green(style.mark.ok) : style.yellow(style.mark.warn);
  const parts = [
    `${String(applied)} applied`,
    `${String(replayed)} known already`,
    `${String(failed)} failed`,
  ];
  return `${mark} ${plural(lines, 'line')}: ${parts.join(', ')}`;
}

function errorLines(
  { errors, failed }: ImportReport,
  { shownMax, errorsFile }: { shownMax: number; errorsFile: string | undefined },
): readonly string[] {
  if (failed === 0) return [];
  const shown = errors.slice(0, shownMax);
  const rest = failed - shown.length;
  const place =
    errorsFile === undefined
      ? 'run it again with --errors FILE to keep them in a file that can be mended'
      : `they are in ${errorsFile}, ready to be mended and fed back`;
  return [
    ...shown.map(errorLine),
    ...(rest > 0 ? [`  … and ${String(rest)} more: ${place}`] : []),
    ...(rest === 0 && errorsFile !== undefined ? [`  ${place}`] : []),
  ];
}

function errorLine({ line, code, message, sku }: LineError): string {
  const subject = sku === null || message.includes(sku) ? '' : `${sku}: `;
  return `  line ${String(line)}: ${subject}${message} [${code}]`;
}

function noteErrors(
  report: ImportReport,
  terminal: Context['terminal'],
  { errorsFile }: ImportViewOptions,
): void {
  const shownMax = terminal.stderr.isTty ? ERRORS_SHOWN_MAX : report.errors.length;
  for (const line of errorLines(report, { shownMax, errorsFile })) {
    // Refused lines are no chat: --quiet keeps them.
    if (terminal.quiet) terminal.warn(line.trim());
    else terminal.note(line);
  }
}

/** `lines 12 and 40 are one: 85123a, 85123A` */
function mergedLines({ merged, more }: ImportReport): readonly string[] {
  const respelt = merged.filter(({ spellings }) => spellings.length > 1);
  const shown = respelt
    .slice(0, MERGED_SHOWN_MAX)
    .map(({ lines, spellings }) => `lines ${inWords(lines)} are one: ${spellings.join(', ')}`);
  const rest = respelt.length - shown.length;
  const changed = merged.length - respelt.length;
  // A report names so many codes and no more; of the others it counts the lines.
  const atLeast = more['merged_lines_omitted'] === undefined ? '' : 'at least ';
  return [
    ...shown,
    ...(rest > 0 ? [`… and ${plural(rest, 'more code')} in several spellings`] : []),
    ...(changed > 0
      ? [
          `${atLeast}${plural(changed, 'code')} with lines that differ: what the first line says counts`,
        ]
      : []),
  ];
}

function inWords(lines: readonly number[]): string {
  const head = lines.slice(0, 5).map(String);
  const last = head.pop() ?? '';
  const list = head.length === 0 ? last : `${head.join(', ')} and ${last}`;
  return lines.length > 5 ? `${list} (and ${String(lines.length - 5)} more)` : list;
}

function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
