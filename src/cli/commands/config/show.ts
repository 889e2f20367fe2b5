import { describeSettings } from '../../../config/describe-settings.ts';
import { InvError } from '../../../lib/errors.ts';
import { suggest } from '../../../lib/suggest.ts';
import type { Context } from '../../context.ts';
import type { Column } from '../../terminal/types.ts';

export interface ConfigShowOptions {
  /** A setting or a section; undefined = all. */
  readonly wanted: string | undefined;
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

/** @throws InvError NOT_FOUND for a name that is neither a setting nor a section */
export async function runConfigShow(
  { terminal, loaded }: Context,
  { wanted, showOrigin }: ConfigShowOptions,
): Promise<void> {
  const all = describeSettings(loaded).map((row) => ({ ...row }));
  const rows =
    wanted === undefined ? all : all.filter(({ setting }) => isWithin(setting, wanted.trim()));
  if (wanted !== undefined && rows.length === 0) {
    throw noSuchSetting(
      wanted,
      all.map(({ setting }) => setting),
    );
  }
  await terminal.print({
    document: rows,
    rows,
    columns: showOrigin ? [...COLUMNS, ...ORIGIN_COLUMNS] : COLUMNS,
  });
}

function isWithin(setting: string, wanted: string): boolean {
  const name = wanted.toLowerCase();
  return setting === name || setting.startsWith(`${name}.`);
}

function noSuchSetting(wanted: string, settings: readonly string[]): InvError {
  const sections = settings.flatMap((setting) => setting.split('.').slice(0, -1));
  const near = suggest(wanted, [...settings, ...sections]);
  const [nearest] = near;
  const question = nearest === undefined ? '' : `; did you mean ${near.join(' or ')}?`;
  return new InvError('NOT_FOUND', `there is no setting ${wanted}${question}`, {
    hint: nearest === undefined ? 'inv config show' : `inv config show ${nearest}`,
    facts: { setting: wanted, did_you_mean: near },
  });
}
