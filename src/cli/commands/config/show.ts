import { describeSettings } from '../../../config/describe-settings.ts';
import type { Context } from '../../context.ts';
import type { Column } from '../../terminal/types.ts';

export interface ConfigShowOptions {
  readonly showOrigin: boolean;
}

const COLUMNS: readonly Column[] = [
  { key: 'setting', title: 'SETTING', priority: 3 },
  {
    key: 'value',
    title: 'VALUE',
    align: 'left',
    priority: 2,
    style: (_value, row) => (row['origin'] === 'default' ? 'dim' : 'bold'),
  },
];

const ORIGIN_COLUMNS: readonly Column[] = [
  { key: 'origin', title: 'ORIGIN', priority: 1 },
  { key: 'location', title: 'LOCATION' },
];

export async function runConfigShow(
  { terminal, loaded }: Context,
  { showOrigin }: ConfigShowOptions,
): Promise<void> {
  const rows = describeSettings(loaded).map((row) => ({ ...row }));
  await terminal.print({
    document: rows,
    rows,
    columns: showOrigin ? [...COLUMNS, ...ORIGIN_COLUMNS] : COLUMNS,
  });
}
