import {
  environmentNameOf,
  fileEnvironmentNameOf,
  SETTING_PATHS,
  settingAt,
} from '../../../config/schema.ts';
import type { SettingPath } from '../../../config/schema.ts';
import { describeRule } from '../../../config/setting.ts';
import { definitions, paragraph, topic } from './layout.ts';

const FLAG_VARIABLES: readonly (readonly [string, string])[] = [
  ['INV_JSON', '--json: 1 for one JSON document'],
  ['INV_FORMAT', '--format: table, json, ndjson, csv or tsv'],
  ['INV_FIELDS', '--fields: names with commas between them'],
  ['INV_QUIET', '--quiet'],
  ['INV_VERBOSE', '--verbose'],
  ['INV_DEBUG', '--debug'],
  ['INV_COLOR', '--color: auto, always or never'],
  ['INV_NO_INPUT', '--no-input: never ask a question'],
  ['INV_YES', '--yes: confirm dangerous actions'],
  ['INV_DRY_RUN', '--dry-run: do everything but the change'],
  ['INV_TIMEOUT', '--timeout: 500ms, 5s, 2m'],
  ['INV_CONFIG', '--config: the file to read in place of the project file'],
  ['INV_ACTOR', '--actor: who does it, for the ledger'],
];

const OTHER_VARIABLES: readonly (readonly [string, string])[] = [
  ['INV_MYSQLD', 'the program to start as private MySQL (mariadbd or mysqld)'],
  ['INV_REDIS_SERVER', 'the program to start as private Redis'],
  ['NO_COLOR', 'no colour, unless a flag or a setting asks for it'],
  ['CI', 'no questions, as with --no-input'],
  ['XDG_CONFIG_HOME', 'folder of inv/config.yaml (default: ~/.config)'],
  ['XDG_DATA_HOME', 'folder of the private servers (default: ~/.local/share)'],
];

export function text(): string {
  return topic(
    'ENVIRONMENT AND CONFIGURATION',
    paragraph(
      'The first of these that gives a value wins: the flag, the environment, the project file ' +
        '(the nearest inventory.config.yaml, .yml or .json from the working folder upward), your own ' +
        'file (~/.config/inv/config.yaml), the default. Empty variables and null count as not given.',
    ),
    [
      '  inv config show --origin     where each value came from',
      '  inv config validate          check without running anything',
    ].join('\n'),
    'FLAGS',
    paragraph('Switches take 1, true or yes; and 0, false or no.'),
    definitions(FLAG_VARIABLES, 12),
    'SECRETS',
    paragraph(
      'Passwords are never flags. Give them in a variable, or name a file that holds nothing else in ' +
        'the variable that ends in _FILE; not both. They are shown as ***. Keep such files at mode 600.',
    ),
    'SETTINGS',
    paragraph('The name in a file stands on the right of each variable.'),
    ...SETTING_PATHS.map(settingEntry),
    'OTHERS',
    definitions(OTHER_VARIABLES, 16),
  );
}

function settingEntry(path: SettingPath): string {
  const setting = settingAt(path);
  const fileName = fileEnvironmentNameOf(path);
  const name = `  ${environmentNameOf(path)}${fileName === undefined ? '' : ' (or …_FILE)'}`;
  const unit = setting.unit === undefined ? '' : `, in ${setting.unit}`;
  const initial = setting.default === null ? '' : ` Default: ${String(setting.default)}.`;
  const wants = `${describeRule(setting.rule)}${unit}`;
  const body = `${setting.description} Wants ${wants}.${initial}`;
  return `${name.padEnd(46)}  ${path}\n${paragraph(body, '      ')}`;
}
