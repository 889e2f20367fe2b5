import * as z from 'zod/mini';
import { settingAt } from './schema.ts';
import type { SettingPath } from './schema.ts';
import { describeRule, PATH_PATTERN } from './setting.ts';
import type { Rule, SettingValue } from './setting.ts';
import { parseStoreAddress } from './store-address.ts';

export type Checked =
  | { readonly ok: true; readonly value: SettingValue }
  | { readonly ok: false; readonly message: string };

/** Checks one value against its declaration. The message names the setting and shows no secret. */
export function validateSetting(path: SettingPath, value: unknown): Checked {
  const setting = settingAt(path);
  const result = schemaOf(setting.rule).safeParse(value);
  if (result.success) return { ok: true, value: result.data };

  if (setting.rule.kind === 'url' && typeof value === 'string') {
    const address = parseStoreAddress(setting.rule.store, value);
    return { ok: false, message: `${path} ${address.ok ? 'is not valid' : address.reason}` };
  }
  const isSensitive = setting.secret === true || setting.rule.kind === 'url';
  const shown = isSensitive ? '' : `, not ${shownValue(value)}`;
  return {
    ok: false,
    message: `${path} wants ${describeRule(setting.rule)}${shown}${advice(setting.rule, value)}`,
  };
}

function schemaOf(rule: Rule): z.ZodMiniType<SettingValue> {
  switch (rule.kind) {
    case 'boolean':
      return z.boolean();
    case 'integer':
      return z.int().check(z.minimum(rule.min), z.maximum(rule.max));
    case 'choice':
      return z.enum(rule.choices);
    case 'text':
      return z.string().check(z.regex(rule.pattern));
    case 'path':
      return z.string().check(z.regex(PATH_PATTERN));
    case 'url':
      return z.string().check(z.refine((address) => parseStoreAddress(rule.store, address).ok));
  }
}

/** Quotes and escapes the value, so that blanks and control characters are seen, and bounds its length. */
function shownValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of settings';
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
}

function advice(rule: Rule, value: unknown): string {
  const wantsText = rule.kind !== 'boolean' && rule.kind !== 'integer';
  return wantsText && (typeof value === 'number' || typeof value === 'boolean')
    ? ' (text that looks like a number or a yes needs quotes)'
    : '';
}
