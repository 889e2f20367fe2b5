import { describe, expect, it } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import { recordingTerminal } from './recording-terminal.ts';
import type { RecordingOptions } from './recording-terminal.ts';

const AT_MS = Date.UTC(2026, 10, 27, 9, 0, 0, 5);
const UP_AND_CLEAR = (lines: number): string => `\r\u001B[${String(lines)}A\u001B[J`;

async function monitored(options: RecordingOptions = {}) {
  const recording = recordingTerminal(options);
  const monitor = await recording.terminal.monitor();
  return { ...recording, monitor };
}

describe('the log', () => {
  const three = async (options: RecordingOptions): Promise<string> => {
    const { monitor, stdout, stderr } = await monitored(options);
    monitor.log({ atMs: AT_MS, level: 'info', message: 'began' });
    monitor.log({ atMs: AT_MS, level: 'warn', message: 'MySQL is away\u001B[2J\u202E' });
    monitor.log({ atMs: AT_MS, level: 'alarm', message: 'look', facts: { shard: 1 } });
    expect(stdout()).toBe('');
    return stderr();
  };
  const TIME = '2026-11-27T09:00:00.005Z';

  it.each([
    [
      'in a pipe',
      { stderr: 'pipe' },
      `${TIME} began\n${TIME} ! MySQL is away␛[2J<U+202E>\n${TIME} ✗ look\n`,
    ],
    [
      'where the locale is C',
      { stderr: 'pipe', env: { LANG: 'C' } },
      `${TIME} began\n${TIME} ! MySQL is away␛[2J<U+202E>\n${TIME} x look\n`,
    ],
    [
      'with --quiet',
      { stderr: 'pipe', quiet: true },
      `${TIME} ! MySQL is away␛[2J<U+202E>\n${TIME} ✗ look\n`,
    ],
    [
      'for scripts',
      { stderr: 'pipe', format: 'json' },
      `{"time":"${TIME}","level":"info","message":"began"}\n` +
        `{"time":"${TIME}","level":"warn","message":"MySQL is away\\u001b[2J\\u202e"}\n` +
        `{"time":"${TIME}","level":"alarm","message":"look","shard":1}\n`,
    ],
  ] as const)('%s has a line for each entry, at once', async (_name, options, expected) => {
    expect(await three(options)).toBe(expected);
  });
});

it('on a terminal the log is wrapped between words', async () => {
  const { monitor, stderr } = await monitored({ stderr: 30, color: 'always' });
  monitor.log({ atMs: AT_MS, level: 'warn', message: 'MySQL is away; trying\u001B[2J again' });
  expect(stderr()).toBe(
    '\u001B[33m09:00:00Z ! MySQL is away;\u001B[39m\n\u001B[33mtrying␛[2J again\u001B[39m\n',
  );
});

describe('the state', () => {
  it('is drawn anew in its place, and the log goes on above it', async () => {
    const { monitor, stderr } = await monitored();
    monitor.show([{ text: 'shard 0' }, { text: 'shard 1' }]);
    monitor.log({ atMs: AT_MS, level: 'info', message: 'began' });
    monitor.show([{ text: 'shard 0' }]);
    monitor.stop();
    monitor.stop();
    expect(stderr()).toBe(
      'shard 0\nshard 1\n' +
        `${UP_AND_CLEAR(2)}09:00:00Z began\nshard 0\nshard 1\n` +
        `${UP_AND_CLEAR(2)}shard 0\n` +
        UP_AND_CLEAR(1),
    );
  });

  it('never wraps, and never has more lines than the screen', async () => {
    const { monitor, stderr } = await monitored({ stderr: 20 });
    const shards = Array.from({ length: 64 }, (_, at) => ({
      text: `shard ${String(at)} 中文 and a long state`,
    }));
    monitor.show(shards);
    const lines = stderr().split('\n').slice(0, -1);
    expect(lines).toHaveLength(22);
    expect(lines[0]).toBe('shard 0 中文 and a…');
    expect(lines.at(-1)).toBe('… 43 more');
  });

  it.each([
    ['in a pipe', { stderr: 'pipe' }],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }],
    ['in CI', { env: { CI: 'true' } }],
    ['with --json', { format: 'json' }],
    ['with --quiet', { quiet: true }],
    ['where the terminal has 0 columns', { stderr: 0 }],
  ] as const)('is not drawn %s', async (_name, options) => {
    const { monitor, stderr } = await monitored(options);
    monitor.show([{ text: 'shard 0' }]);
    monitor.stop();
    expect(stderr()).toBe('');
  });

  it('is gone before a failure is said', async () => {
    const { monitor, terminal, stderr } = await monitored();
    monitor.show([{ text: 'shard 0' }]);
    terminal.fail(new InvError('UNEXPECTED', 'it broke'));
    expect(stderr()).toBe(`shard 0\n${UP_AND_CLEAR(1)}✗ it broke [UNEXPECTED]\n`);
  });
});
