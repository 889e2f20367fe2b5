import { PATH_PATTERN } from './setting.ts';
import type { Rule, SettingValue } from './setting.ts';
import { parseStoreAddress } from './store-address.ts';

/**
 * Whether the schema would accept the value as it is. Flags and variables hold single values, and
 * loading the schema library for one of them took a tenth of the time of a whole command: so only
 * what this refuses goes there, for its message, and what comes from files. A test holds the two to
 * one answer.
 */
export function isPlainlyValid(rule: Rule, value: unknown): value is SettingValue {
  switch (rule.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return isInteger(value) && value >= rule.min && value <= rule.max;
    case 'choice':
      return typeof value === 'string' && rule.choices.includes(value);
    case 'text':
      return typeof value === 'string' && rule.pattern.test(value);
    case 'path':
      return typeof value === 'string' && PATH_PATTERN.test(value);
    case 'url':
      return typeof value === 'string' && parseStoreAddress(rule.store, value).ok;
  }
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
