import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { closest } from '../lib/suggest.ts';
import type { Given } from './file-settings.ts';
import { parseText } from './parse-text.ts';
import type { Problem } from './problem.ts';
import { environmentNameOf, fileEnvironmentNameOf, SETTING_PATHS, settingAt } from './schema.ts';
import type { SettingPath } from './schema.ts';

/** Variables that are no settings: twins of flags, and switches for tests. */
const OTHER_VARIABLES: readonly string[] = [
  'INV_JSON',
  'INV_FORMAT',
  'INV_FIELDS',
  'INV_QUIET',
  'INV_VERBOSE',
  'INV_DEBUG',
  'INV_COLOR',
  'INV_NO_INPUT',
  'INV_YES',
  'INV_DRY_RUN',
  'INV_TIMEOUT',
  'INV_CONFIG',
  'INV_TEST',
  'INV_FAILPOINT',
  'INV_MYSQLD',
  'INV_REDIS_SERVER',
];

const SECRET_FILE_BYTES_MAX = 65_536;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentSettings {
  readonly given: ReadonlyMap<SettingPath, Given>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Reads every INV_* variable that is a setting, or names the file of one. Empty ones count as unset. */
export function settingsOfEnvironment(env: Environment, cwd: string): EnvironmentSettings {
  const given = new Map<SettingPath, Given>();
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const ours = Object.keys(env).filter((name) => name.startsWith('INV_') && env[name] !== '');
  if (ours.length === 0) return { given, problems, warnings };

  const unknown = new Set(ours);
  for (const name of OTHER_VARIABLES) unknown.delete(name);
  for (const path of SETTING_PATHS) {
    const name = environmentNameOf(path);
    const value = unknown.delete(name) ? env[name] : undefined;
    if (value !== undefined) {
      given.set(path, { value: parseText(settingAt(path).rule, value), locate: () => name });
    }
    const fileName = fileEnvironmentNameOf(path);
    const file = fileName !== undefined && unknown.delete(fileName) ? env[fileName] : undefined;
    if (file === undefined || fileName === undefined) continue;
    const secret = value === undefined ? readSecretFile(resolve(cwd, file)) : bothSet(name);
    if (secret.ok) {
      given.set(path, { value: secret.content, locate: () => `${fileName} (${file})` });
      if (secret.isReadableByOthers) warnings.push(readableByOthers(file));
    } else {
      problems.push({ location: fileName, message: secret.reason, setting: path });
    }
  }
  for (const name of unknown) warnings.push(...unknownVariable(name));
  return { given, problems, warnings };
}

export function readableByOthers(file: string): string {
  return `${file} holds a password and can be read by other users: chmod 600 ${file}`;
}

type SecretFile =
  | { readonly ok: true; readonly content: string; readonly isReadableByOthers: boolean }
  | { readonly ok: false; readonly reason: string };

function bothSet(name: string): SecretFile {
  return { ok: false, reason: `is set, and ${name} too; only one of them may be` };
}

function readSecretFile(file: string): SecretFile {
  try {
    const stat = statSync(file);
    // A pipe (`<(pass show mysql)`) is welcome and has no size; a folder or an endless file is not.
    if (stat.isDirectory()) return { ok: false, reason: `names a folder, ${file}` };
    if (stat.isCharacterDevice() || stat.size > SECRET_FILE_BYTES_MAX) {
      return { ok: false, reason: `names a file that is too large for a secret, ${file}` };
    }
    const content = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (content === '') return { ok: false, reason: `names an empty file, ${file}` };
    return { ok: true, content, isReadableByOthers: stat.isFile() && (stat.mode & 0o044) !== 0 };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return { ok: false, reason: `names a file that cannot be read, ${file} (${code})` };
  }
}

/** Only what looks like a slip of the pen is reported: INV_ may well be somebody else's prefix too. */
function unknownVariable(name: string): readonly string[] {
  const known = SETTING_PATHS.flatMap((path) => {
    const fileName = fileEnvironmentNameOf(path);
    return fileName === undefined ? [environmentNameOf(path)] : [environmentNameOf(path), fileName];
  });
  const nearest = closest(name, [...known, ...OTHER_VARIABLES]);
  return nearest === undefined ? [] : [`${name} is not used by inv; did you mean ${nearest}?`];
}
