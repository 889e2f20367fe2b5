import { SETTING_PATHS } from './schema.ts';
import type { SettingPath, ValueOf } from './schema.ts';
import type { SettingValue } from './setting.ts';

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

type SectionName = SettingPath extends infer Path
  ? Path extends `${infer Section}.${string}`
    ? Section
    : never
  : never;

type TopLevelPath = Exclude<SettingPath, `${string}.${string}`>;

type Section<Name extends SectionName> = {
  readonly [
    Path in SettingPath as Path extends `${Name}.${infer Key}` ? CamelCase<Key> : never
  ]: ValueOf<Path>;
};

/**
 * All settings with their final values: `config.mysql.poolSizeMax`. It follows from the declaration in
 * schema.ts; only `home` differs, because its default is computed from the environment.
 */
export type Config = {
  readonly [Path in TopLevelPath as CamelCase<Path>]: Path extends 'home' ? string : ValueOf<Path>;
} & { readonly [Name in SectionName]: Section<Name> };

/** Nests and freezes final values. Every path must have its value, checked before. */
export function buildConfig(values: ReadonlyMap<SettingPath, SettingValue>): Config {
  const root: Record<string, SettingValue | Record<string, SettingValue>> = {};
  for (const path of SETTING_PATHS) {
    const value = values.get(path) ?? null;
    const [section, key] = path.split('.');
    if (section === undefined) continue;
    if (key === undefined) {
      root[camelCase(section)] = value;
      continue;
    }
    const existing = root[section];
    const holder = typeof existing === 'object' && existing !== null ? existing : {};
    holder[camelCase(key)] = value;
    root[section] = holder;
  }
  for (const part of Object.values(root)) Object.freeze(part);
  // The shape is built from the table that the type is computed from; a test compares the whole value.
  return Object.freeze(root) as unknown as Config;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
