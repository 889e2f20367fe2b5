import type { Context } from './context.ts';

/** Rows have no place to say it, and a script that reads them should not take them for done. */
export function noteDryRun({ globals, terminal }: Pick<Context, 'globals' | 'terminal'>): void {
  const hasPlace = terminal.format !== 'tsv' && terminal.format !== 'csv';
  if (globals.dryRun && !hasPlace) terminal.note('dry run: nothing was changed');
}
