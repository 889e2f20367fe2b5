import type { Rule, SettingValue } from './setting.ts';

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

/**
 * The typed value of a text from the environment. A text that is not written in the way of its type is
 * returned as it is, and then fails the check of the type with the same message as in a file.
 */
export function parseText(rule: Rule, text: string): SettingValue {
  switch (rule.kind) {
    case 'integer':
      // Fifteen digits are exact in a double; more are out of every range anyway.
      return /^\d{1,15}$/.test(text) ? Number(text) : text;
    case 'boolean':
      return BOOLEANS.get(text.toLowerCase()) ?? text;
    case 'choice':
    case 'text':
    case 'path':
    case 'url':
      return text;
  }
}
