import type { Command } from 'commander';
import type { Parsed } from '../domain/parse/parsed.ts';
import { parseRequestId } from '../domain/parse/request-id.ts';
import { refused } from '../domain/parse/parsed.ts';
import type { Origin } from '../domain/posting.ts';
import { InvError } from '../lib/errors.ts';
import type { CatalogueDependencies } from '../services/catalogue/dependencies.ts';
import type { ImportFileOptions } from '../services/files/import-file.ts';
import type { ImportReport } from '../services/files/import-report.ts';
import type { Context } from './context.ts';
import { showImport } from './import-view.ts';
import { collect, given } from './option-values.ts';

interface Flags {
  readonly map?: readonly string[];
  readonly errors?: string;
  readonly atomic?: true;
  /** false = --no-update */
  readonly update: boolean;
  readonly requestId?: string;
}

export interface ImportOptions {
  /** A path, or `-` for standard input. */
  readonly path: string;
  /** Texts `field=Column`, checked when the file is opened. */
  readonly map: readonly string[];
  readonly errorsPath: string | undefined;
  readonly atomic: boolean;
  readonly update: boolean;
  readonly requestId: string | undefined;
}

/** Room for the line number behind it. */
const REQUEST_ID_CHARACTERS_MAX = 88;

/** The options that every import of the catalogue has. */
export function addImportOptions(
  command: Command,
  { columns, run }: { columns: readonly string[]; run: (options: ImportOptions) => Promise<void> },
): Command {
  return command
    .argument('<file>', 'CSV or NDJSON, also gzipped; - reads standard input')
    .option('--map <field=column>', `read a field from a column: ${columns.join(', ')}`, collect)
    .option('--errors <file>', 'keep refused lines in a file that can be mended and fed back')
    .option('--atomic', 'all lines or none, in one transaction')
    .option('--no-update', 'leave what exists as it is')
    .option('--request-id <id>', "begins each line's request id; default: the file's hash")
    .action((path: string, flags: Flags) => run(importOptions(path, flags)));
}

/** @throws InvError USAGE, INVALID_INPUT */
function importOptions(path: string, flags: Flags): ImportOptions {
  if (path === '') throw new InvError('USAGE', 'the file name is empty; - reads standard input');
  return {
    path,
    map: flags.map ?? [],
    errorsPath: flags.errors,
    atomic: flags.atomic === true,
    update: flags.update,
    requestId: given(flags.requestId, parseFileRequestId, '--request-id'),
  };
}

function parseFileRequestId(text: string): Parsed<string> {
  if (text.length <= REQUEST_ID_CHARACTERS_MAX) return parseRequestId(text);
  return refused(
    `is longer than ${REQUEST_ID_CHARACTERS_MAX} characters, and lines add their number`,
  );
}

/** What is imported, and how. */
export interface Importer {
  /** `products`: for progress and messages. */
  readonly noun: string;
  readonly knownColumns: readonly string[];
  readonly requiredColumns: readonly string[];
  run(
    dependencies: CatalogueDependencies,
    options: ImportFileOptions & { readonly update: boolean; readonly origin: Origin },
  ): Promise<ImportReport>;
}

/** Opens the file, imports it, keeps the refused lines, says what became of it. */
export async function runImport(
  context: Context,
  options: ImportOptions,
  importer: Importer,
): Promise<void> {
  const { path, map, errorsPath, atomic, update } = options;
  const { dryRun } = context.globals;
  const { knownColumns, requiredColumns, noun } = importer;
  const file = await context.openRecordFile({ path, map, knownColumns, requiredColumns });
  try {
    if (file.ignoredColumns.length > 0) {
      context.terminal.note(`columns that are not read: ${file.ignoredColumns.join(', ')}`);
    }
    const dependencies = await context.catalogue();
    const rejected = new Map<number, string>();
    const progress = context.terminal.progress(`importing ${noun}`);
    let done = 0;
    context.underWay(() => cutOffText(done, { single: atomic || dryRun, dryRun }));
    const report = await importer
      .run(dependencies, {
        fileSha256: file.fileSha256,
        batches: () => file.batches(),
        atomic,
        dryRun,
        update,
        batchLinesMax: context.loaded.config.files.batchLinesMax,
        requestId: options.requestId ?? file.fileSha256.slice(0, 40),
        origin: { ...context.origin, source: 'file' },
        signal: context.signal,
        onProgress: (lines) => {
          done = lines;
          progress.update(lines);
        },
        onReject:
          errorsPath === undefined
            ? undefined
            : ({ line, message }) => {
                rejected.set(line, message);
              },
      })
      .finally(() => {
        progress.stop();
        context.underWay(null);
      });
    if (errorsPath !== undefined) await file.keepRejects(errorsPath, rejected);
    await showImport(context, report, { dryRun, errorsFile: errorsPath });
  } finally {
    await file.close();
  }
}

/** What is done when it is cut off: a batch is in MySQL whole or not at all. */
function cutOffText(
  lines: number,
  { single, dryRun }: { readonly single: boolean; readonly dryRun: boolean },
): { message: string; hint: string } {
  const hint = 'run the same command again: what is imported already is not written twice';
  if (dryRun) return { message: 'it was a dry run; nothing was changed', hint };
  if (single) return { message: 'all lines are imported or none', hint };
  return { message: `the first ${String(lines)} lines are done, and at most one batch more`, hint };
}
