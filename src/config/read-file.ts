import { readFileSync, statSync } from 'node:fs';
import { defaultLoadersSync } from 'cosmiconfig';
import type { Problem } from './problem.ts';

const FILE_BYTES_MAX = 262_144;

export type FileContent =
  | {
      readonly ok: true;
      readonly root: unknown;
      readonly text: string;
      readonly isReadableByOthers: boolean;
    }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Reads one YAML or JSON file.
 *
 * Only the YAML loader of cosmiconfig is used, for both kinds (JSON is YAML, and this loader refuses double
 * keys and knows line numbers). Its search is not: `cosmiconfigSync()` first runs `.config/config.js` of the
 * working folder if there is one, and it honours `$import`; a command that is started in a downloaded
 * folder must do neither.
 */
export function readConfigurationFile(file: string): FileContent {
  let bytes: Buffer;
  let mode: number;
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return refuse(file, 'is not a file');
    if (stat.size > FILE_BYTES_MAX) {
      return refuse(
        file,
        `is larger than ${String(FILE_BYTES_MAX)} bytes; that is no configuration`,
      );
    }
    mode = stat.mode;
    bytes = readFileSync(file);
  } catch (error) {
    return refuse(file, `cannot be read (${codeOf(error)})`);
  }

  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(file, 'is not UTF-8 text');
  }
  if (text.trim() === '') return { ok: true, root: {}, text, isReadableByOthers: false };
  try {
    const root: unknown = defaultLoadersSync['.yaml'](file, text);
    return { ok: true, root: root ?? {}, text, isReadableByOthers: (mode & 0o044) !== 0 };
  } catch (error) {
    const line = lineOf(error);
    return refuse(line === undefined ? file : `${file}:${String(line)}`, reasonOf(error));
  }
}

function refuse(location: string, message: string): FileContent {
  return { ok: false, problem: { location, message } };
}

/**
 * The parser's message quotes the line, and its reason may quote a word of it; either may be a password.
 * So only the part of the reason before any quotation is passed on, and the error is not kept as a cause.
 */
function reasonOf(error: unknown): string {
  const reason = property(error, 'reason');
  if (typeof reason !== 'string') return 'is not valid YAML';
  return `is not valid YAML: ${reason.replace(/["<].*$/s, '').trim()}`;
}

function lineOf(error: unknown): number | undefined {
  const line = property(property(error, 'mark'), 'line');
  return typeof line === 'number' ? line + 1 : undefined;
}

function codeOf(error: unknown): string {
  const code = property(error, 'code');
  return typeof code === 'string' ? code : 'unknown reason';
}

function property(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined;
}
