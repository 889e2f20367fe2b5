import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { decideProfile } from '../../../src/cli/terminal/stream-profile.ts';
import { recordingTerminal } from './recording-terminal.ts';

function profile(
  stream: { isTTY?: boolean; columns?: number },
  env: Record<string, string> = {},
  color: 'auto' | 'always' | 'never' = 'auto',
) {
  return decideProfile(Object.assign(new Writable(), stream), { env, color });
}

const TTY = { isTTY: true, columns: 80 };
const PIPE = {};

describe('colour', () => {
  it.each([
    ['terminal', TTY, {}, 'auto', true],
    ['pipe', PIPE, {}, 'auto', false],
    ['terminal', TTY, { TERM: 'dumb' }, 'auto', false],
    ['terminal', TTY, { NO_COLOR: '1' }, 'auto', false],
    ['terminal', TTY, { NO_COLOR: '' }, 'auto', true],
    ['terminal', TTY, { NO_COLOR: '0' }, 'auto', false],
    ['pipe', PIPE, { FORCE_COLOR: '1' }, 'auto', true],
    ['pipe', PIPE, { FORCE_COLOR: 'true' }, 'auto', true],
    ['pipe', PIPE, { FORCE_COLOR: '' }, 'auto', false],
    ['terminal', TTY, { FORCE_COLOR: '0' }, 'auto', false],
    ['terminal', TTY, { FORCE_COLOR: 'false' }, 'auto', false],
    ['pipe', PIPE, { FORCE_COLOR: '1', NO_COLOR: '1' }, 'auto', false],
    ['pipe', PIPE, { CLICOLOR_FORCE: '1' }, 'auto', true],
    ['pipe', PIPE, { CLICOLOR_FORCE: '0' }, 'auto', false],
    ['terminal', TTY, { CLICOLOR_FORCE: '1', FORCE_COLOR: '0' }, 'auto', false],
    ['dumb terminal', TTY, { TERM: 'dumb', FORCE_COLOR: '1' }, 'auto', true],
    ['terminal', TTY, {}, 'never', false],
    ['terminal', TTY, { FORCE_COLOR: '1' }, 'never', false],
    ['pipe', PIPE, { NO_COLOR: '1', TERM: 'dumb' }, 'always', true],
  ] as const)('on a %s %j with %j and --color %s is %s', (...row) => {
    const [, stream, env, color, expected] = row;
    expect(profile(stream, env, color).color).toBe(expected);
  });
});

describe('characters', () => {
  it.each([
    [{}, true],
    [{ LANG: 'en_GB.UTF-8' }, true],
    [{ LANG: 'zh_CN.utf8' }, true],
    [{ LANG: 'C.UTF-8' }, true],
    [{ LANG: 'de_DE' }, true],
    [{ LANG: 'C' }, false],
    [{ LANG: 'POSIX' }, false],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
    [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'C', LC_CTYPE: 'en_GB.UTF-8' }, true],
    [{ LANG: 'en_GB.UTF-8', LC_ALL: '' }, true],
  ])('with %j are Unicode: %s', (env, expected) => {
    expect(profile(TTY, env).unicode).toBe(expected);
  });
});

describe('columns', () => {
  it.each([
    ['a terminal of 40', { isTTY: true, columns: 40 }, {}, 40],
    ['a terminal that reports 0', { isTTY: true, columns: 0 }, {}, 80],
    ['a terminal that reports nothing', { isTTY: true }, {}, 80],
    ['a pipe', PIPE, {}, 80],
    ['a pipe with COLUMNS', PIPE, { COLUMNS: '132' }, 132],
    ['a pipe with COLUMNS that is no number', PIPE, { COLUMNS: 'wide' }, 80],
  ])('of %s', (_name, stream, env, expected) => {
    expect(profile(stream, env).columns).toBe(expected);
  });
});

describe('animation', () => {
  it.each([
    ['a terminal', TTY, {}, true],
    ['a pipe', PIPE, {}, false],
    ['a dumb terminal', TTY, { TERM: 'dumb' }, false],
    ['a terminal in CI', TTY, { CI: 'true' }, false],
    ['a terminal of 0 columns, where a spinner would loop', { isTTY: true, columns: 0 }, {}, false],
    ['a terminal without colour', TTY, { NO_COLOR: '1' }, true],
  ])('on %s', (_name, stream, env, expected) => {
    expect(profile(stream, env).animate).toBe(expected);
  });
});

describe('a person can be asked', () => {
  it.each([
    ['on a terminal', {}, true],
    ['not when stdin is a pipe', { stdin: 'pipe' }, false],
    ['not when stdout is a pipe', { stdout: 'pipe' }, false],
    ['also when only stderr is a pipe', { stderr: 'pipe' }, true],
    ['not with --no-input', { noInput: true }, false],
    ['not in CI', { env: { CI: '1' } }, false],
    ['when CI is empty', { env: { CI: '' } }, true],
  ] as const)('%s', (_name, options, expected) => {
    expect(recordingTerminal(options).terminal.interactive).toBe(expected);
  });
});

describe('the default format', () => {
  it('is a table on a terminal and TSV in a pipe, whatever stderr is', () => {
    expect(recordingTerminal({ stderr: 'pipe' }).terminal.format).toBe('table');
    expect(recordingTerminal({ stdout: 'pipe' }).terminal.format).toBe('tsv');
    expect(recordingTerminal({ stdout: 'pipe', format: 'csv' }).terminal.format).toBe('csv');
  });
});
