import { settingAt } from './schema.ts';
import type { SettingPath } from './schema.ts';
import type { SettingValue } from './setting.ts';

const MASK = '***';

/** What may be shown of a setting's value: secrets not at all, addresses without their password. */
export function maskValue(path: SettingPath, value: SettingValue): SettingValue {
  if (typeof value !== 'string') return value;
  const setting = settingAt(path);
  if (setting.secret === true) return MASK;
  return setting.rule.kind === 'url' ? maskAddress(value) : value;
}

/**
 * `mysql://user:secret@host` → `mysql://user:***@host`. An address that does not parse as one is cut down
 * to its scheme, because nobody can tell which part of it is the password.
 */
export function maskAddress(address: string): string {
  const scheme = /^[a-z][a-z+]{0,15}:\/\//.exec(address)?.[0];
  if (scheme === undefined) return MASK;
  if (!URL.canParse(address)) return scheme + MASK;
  const parsed = new URL(address);
  // A password with an unescaped `/`, `?` or `#` ends the host early and spills into what follows.
  if (`${parsed.pathname}${parsed.search}${parsed.hash}`.includes('@')) return scheme + MASK;
  if (parsed.password !== '') parsed.password = MASK;
  // A password in the query is refused elsewhere, but the refusal may show the address.
  for (const name of new Set(parsed.searchParams.keys())) {
    if (name !== 'socket' && name !== 'tls' && name !== 'db') parsed.searchParams.set(name, MASK);
  }
  return parsed.href;
}
