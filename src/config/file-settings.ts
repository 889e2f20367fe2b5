import { closest } from '../lib/suggest.ts';
import type { Problem } from './problem.ts';
import { isSettingPath, SETTING_PATHS, settingAt } from './schema.ts';
import type { SettingPath } from './schema.ts';

/** A value as somebody gave it, not yet checked. */
export interface Given {
  readonly value: unknown;
  /** The flag, the variable, or `file:line`; finding a line costs time that most commands save. */
  readonly locate: () => string;
}

export interface FileSettings {
  readonly given: ReadonlyMap<SettingPath, Given>;
  readonly problems: readonly Problem[];
}

export interface FileSource {
  readonly file: string;
  readonly text: string;
  readonly root: unknown;
}

const SECTIONS: ReadonlySet<string> = new Set(
  SETTING_PATHS.filter((path) => path.includes('.')).map((path) => path.split('.')[0] ?? ''),
);

/** Takes the settings out of a file's content; what is no setting becomes a problem with a suggestion. */
export function settingsOfFile(source: FileSource): FileSettings {
  const given = new Map<SettingPath, Given>();
  const problems: Problem[] = [];
  const lines = source.text.split('\n');
  if (!isGroup(source.root)) {
    const message = 'must hold settings, one "name: value" on a line';
    return { given, problems: [{ location: source.file, message }] };
  }

  // Two levels and no deeper, so that references inside the file cannot make this walk long.
  for (const [key, value] of Object.entries(source.root)) {
    if (!SECTIONS.has(key)) {
      take(key, value, [key]);
    } else if (isGroup(value)) {
      for (const [inner, leaf] of Object.entries(value)) {
        take(`${key}.${inner}`, leaf, [key, inner]);
      }
    } else if (value !== null) {
      problems.push({
        location: locate(source.file, lines, [key]),
        message: `${key} is a group of settings, not a value`,
      });
    }
  }
  return { given, problems };

  function take(name: string, value: unknown, keys: readonly string[]): void {
    const location = (): string => locate(source.file, lines, keys);
    if (isSettingPath(name) && keys.length === name.split('.').length) {
      // Like an empty variable: a line of the shipped file must not hide what the user's own file says.
      if (value !== null) given.set(name, { value, locate: location });
    } else {
      problems.push({ location: location(), message: unknownKey(name, keys) });
    }
  }
}

function unknownKey(name: string, keys: readonly string[]): string {
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 79)}…` : name);
  if (keys.length === 1 && isSettingPath(name)) {
    const [section, key] = name.split('.');
    return `${shown} must stand as ${String(key)} inside the group ${String(section)}`;
  }
  const groups = keys.length === 1 ? [...SECTIONS] : [];
  const nearest = closest(snakeCase(name), [...SETTING_PATHS, ...groups]) ?? withSameEnding(name);
  const question = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `${shown} is not a setting${question}`;
}

/** `poolSizeMax` and `pool-size-max` are slips that people make who come from other tools. */
function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('-', '_');
}

/** Finds `mysql.pool_size_max` for a `pool_size_max` that lost its group. */
function withSameEnding(name: string): string | undefined {
  const leaf = name.slice(name.lastIndexOf('.') + 1);
  const matches = SETTING_PATHS.filter((path) => path.endsWith(`.${leaf}`));
  return matches.length === 1 ? matches[0] : undefined;
}

/**
 * `file:line` of a key, found by looking for it in block style; only the file when it is written otherwise.
 * The parser gives no positions, and one setting rarely stands twice in the same group.
 */
function locate(file: string, lines: readonly string[], keys: readonly string[]): string {
  const [first = '', second] = keys;
  const start = lines.findIndex((line) => isKeyLine(line, first, /^["'{\s]*/));
  if (start === -1) return file;
  if (second === undefined) return `${file}:${String(start + 1)}`;
  const index = lines.findIndex(
    (line, at) => at >= start && isKeyLine(line, second, /^.*?(?=["']|\w)/),
  );
  return index === -1 ? file : `${file}:${String(index + 1)}`;
}

function isKeyLine(line: string, key: string, indent: RegExp): boolean {
  const rest = line.replace(indent, '').replace(/^["']/, '');
  return rest.startsWith(key) && /^["']?\s*:/.test(rest.slice(key.length));
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when a file holds something that others should not read. */
export function holdsSecret(given: ReadonlyMap<SettingPath, Given>): boolean {
  return [...given].some(([path, { value }]) => {
    if (typeof value !== 'string') return false;
    if (settingAt(path).secret === true) return true;
    return (
      settingAt(path).rule.kind === 'url' && URL.canParse(value) && new URL(value).password !== ''
    );
  });
}
