import { STOCK_COLUMNS } from '../../../domain/parse/lines.ts';
import { bookFile } from '../../../services/stock/book-file.ts';
import type { FileMeaning } from '../../../services/stock/file-lines.ts';
import type { Context } from '../../context.ts';
import { showImport } from '../../import-view.ts';
import type { StockFileOptions } from './posting-options.ts';

const DIRECTION = { in: 'Receiving', out: 'Taking out', import: 'Importing' } as const;

export async function runStockFile(context: Context, options: StockFileOptions): Promise<void> {
  const { dryRun } = context.globals;
  const { files, stock } = context.loaded.config;
  const file = await context.openRecordFile({
    path: options.path,
    map: options.map,
    knownColumns: STOCK_COLUMNS,
    requiredColumns: ['sku', 'quantity'],
  });
  try {
    if (file.ignoredColumns.length > 0) {
      context.terminal.note(`columns that are not read: ${file.ignoredColumns.join(', ')}`);
    }
    const dependencies = await context.stock(options.strategy, 'file');
    const refused = new Map<number, string>();
    let done = 0;
    context.underWay(() => cutOffText(done, options));
    const progress = context.terminal.progress(`${DIRECTION[options.kind]} ${options.path}`);
    const report = await bookFile(dependencies, file.batches(), {
      meaning: meaningOf(options, file.fileSha256, stock.location),
      atomic: options.atomic,
      dryRun,
      batchLinesMax: files.batchLinesMax,
      signal: context.signal,
      onProgress: (lines) => {
        done = lines;
        progress.update(lines);
      },
      onReject: ({ line, message }) => {
        refused.set(line, message);
      },
    }).finally(() => {
      progress.stop();
      context.underWay(null);
    });
    if (options.errorsPath !== undefined) await file.keepRejects(options.errorsPath, refused);
    if (report.failed > 0 && report.applied + report.replayed > 0 && !dryRun) {
      context.terminal.warn(
        'lines of this file are booked: do not mend it and run it again, they would count as new; ' +
          'mend and feed back only the refused lines, kept with --errors FILE',
      );
    }
    await showImport(context, report, { dryRun, errorsFile: options.errorsPath });
  } finally {
    await file.close();
  }
}

function cutOffText(
  lines: number,
  { atomic }: StockFileOptions,
): { message: string; hint: string } {
  const hint = 'run the same command again: lines that are booked are not booked twice';
  return atomic
    ? { message: 'the file is booked whole or not at all', hint }
    : { message: `${String(lines)} lines were done, the next batch whole or not at all`, hint };
}

function meaningOf(
  options: StockFileOptions,
  fileSha256: string,
  defaultLocation: string,
): FileMeaning {
  return {
    kind: options.kind,
    negative: options.negative,
    defaults: {
      location: options.location ?? defaultLocation,
      supplier: options.supplier ?? null,
      unitCost: options.unitCost ?? null,
      reference: options.reference ?? null,
      reason: options.reason ?? null,
      occurredAt: options.occurredAt ?? null,
    },
    requestId: options.requestId ?? null,
    fileSha256,
  };
}
