import type { Given } from './file-settings.ts';
import { SETTING_PATHS, settingAt } from './schema.ts';
import type { SettingPath } from './schema.ts';
import type { SettingValue } from './setting.ts';

/** Typed values by path; undefined and null mean "not given". */
export type SettingsByPath = Readonly<Partial<Record<SettingPath, SettingValue | undefined>>>;

export function settingsOfFlags(flags: SettingsByPath = {}): ReadonlyMap<SettingPath, Given> {
  return givenBy(flags, flagOf);
}

export function settingsOfFlagVariables(
  variables: SettingsByPath = {},
): ReadonlyMap<SettingPath, Given> {
  return givenBy(variables, twinOf);
}

function givenBy(
  values: SettingsByPath,
  nameOf: (path: SettingPath) => string,
): ReadonlyMap<SettingPath, Given> {
  const given = new Map<SettingPath, Given>();
  for (const path of SETTING_PATHS) {
    const value = values[path];
    if (value !== undefined && value !== null) {
      given.set(path, { value, locate: () => nameOf(path) });
    }
  }
  return given;
}

function flagOf(path: SettingPath): string {
  return settingAt(path).flag ?? path;
}

/** `--format` → `INV_FORMAT`. */
function twinOf(path: SettingPath): string {
  const name = flagOf(path).replace(/^--/, '').replaceAll('-', '_');
  return `INV_${name.toUpperCase()}`;
}
