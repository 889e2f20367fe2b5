import type { JsonObject } from '../../lib/json.ts';
import { machineText } from './cell-text.ts';
import { visible } from './sanitize.ts';
import type { Column } from './types.ts';

/** Turns rows into lines of CSV or TSV, the keys first. */
export interface LineFormat {
  header(columns: readonly Column[]): string;
  row(columns: readonly Column[], row: JsonObject): string;
}

/** Tabs and newlines inside a value are made visible, so a row is always one line. */
export const TSV: LineFormat = {
  header: (columns) => `${columns.map(({ key }) => visible(key)).join('\t')}\n`,
  row: (columns, row) => `${columns.map(({ key }) => visible(machineText(row[key]))).join('\t')}\n`,
};

/** A file gets the data as it is; a terminal gets it made visible. */
export async function loadCsv(options: { readonly isTty: boolean }): Promise<LineFormat> {
  const { formatCsvRow } = await import('../../lib/csv.ts');
  const clean = options.isTty ? visible : (text: string): string => text;
  const line = (values: readonly (string | number)[]): string =>
    formatCsvRow(values, { guardFormulas: true });
  return {
    header: (columns) => line(columns.map(({ key }) => clean(key))),
    row: (columns, row) =>
      line(
        columns.map(({ key }) => {
          const value = row[key];
          // A negative number is no formula: only text is guarded.
          return typeof value === 'number' ? value : clean(machineText(value));
        }),
      ),
  };
}
