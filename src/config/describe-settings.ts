import type { LoadedConfig, Source } from './load-config.ts';
import { maskValue } from './mask-secrets.ts';
import { environmentNameOf, SETTING_PATHS, settingAt } from './schema.ts';
import type { SettingPath } from './schema.ts';
import type { SettingValue } from './setting.ts';

/** One line of `inv config show`; safe to print. */
export interface SettingRow {
  readonly setting: SettingPath;
  /** Secrets are `***` when set. */
  readonly value: SettingValue;
  readonly origin: Source;
  readonly location: string;
  readonly env: string;
  readonly description: string;
}

export function describeSettings(loaded: LoadedConfig): readonly SettingRow[] {
  return SETTING_PATHS.map((setting) => {
    const origin = loaded.origins.get(setting);
    return {
      setting,
      value: maskValue(setting, loaded.values.get(setting) ?? null),
      origin: origin?.source ?? 'default',
      location: origin?.location ?? 'default',
      env: environmentNameOf(setting),
      description: settingAt(setting).description,
    };
  });
}
