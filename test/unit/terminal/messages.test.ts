import { describe, expect, it } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import { recordingTerminal, type RecordingOptions } from './recording-terminal.ts';

const SHORT = new InvError('INSUFFICIENT_STOCK', 'MUG\u001B[2J: 500 wanted, 115 available', {
  hint: 'inv stock show MUG\u202E',
  facts: { sku: 'MUG\u001B[2J', wanted: 500, code: 'FORGED' },
});

function failed(options: RecordingOptions, error = SHORT, requestId?: string) {
  const recording = recordingTerminal(options);
  recording.terminal.fail(error, requestId);
  return [recording.stdout(), recording.stderr()];
}

describe('fail', () => {
  it('says what happened and what helps, with escapes in data made visible', () => {
    expect(failed({})).toEqual([
      '',
      '✗ MUG␛[2J: 500 wanted, 115 available [INSUFFICIENT_STOCK]\n' +
        '  try: inv stock show MUG<U+202E>\n',
    ]);
  });

  it('names the request id when there is one', () => {
    const error = new InvError('OUTCOME_UNKNOWN', 'the answer was lost');
    expect(failed({ env: { LANG: 'C' } }, error, 'r-1')).toEqual([
      '',
      'x the answer was lost [OUTCOME_UNKNOWN]\n  request id: r-1\n',
    ]);
  });

  it('indents the further lines of a hint, so that none passes for another error', () => {
    const error = new InvError('USAGE', 'a\nb', { hint: 'one\n✗ two' });
    expect(failed({}, error)).toEqual(['', '✗ a␊b [USAGE]\n  try: one\n       ✗ two\n']);
  });

  it('lists several problems one on a line, and never lets data begin one', () => {
    const problems = [
      { location: 'a.yaml:1', message: 'not "x\n✗ forged"' },
      { location: 'INV_B', message: 'wrong' },
    ];
    const error = new InvError('BAD_CONFIGURATION', '2 problems:\n  a.yaml:1\n  INV_B', {
      facts: { problems },
    });
    expect(failed({}, error)).toEqual([
      '',
      '✗ 2 problems: [BAD_CONFIGURATION]\n  a.yaml:1: not "x␊✗ forged"\n  INV_B: wrong\n',
    ]);
  });

  it.each(['json', 'ndjson'] as const)('is one line for a script with %s', (format) => {
    expect(failed({ format, color: 'always' }, SHORT, 'r-1')).toEqual([
      '',
      '{"error":{"code":"INSUFFICIENT_STOCK","message":"MUG\\u001b[2J: 500 wanted, 115 available",' +
        '"hint":"inv stock show MUG\\u202e","request_id":"r-1","sku":"MUG\\u001b[2J","wanted":500}}\n',
    ]);
  });

  it('leaves out what it does not know', () => {
    const error = new InvError('BUSY', 'another run holds the lock');
    expect(failed({ format: 'json' }, error)).toEqual([
      '',
      '{"error":{"code":"BUSY","message":"another run holds the lock"}}\n',
    ]);
  });

  it('is still said with --quiet', () => {
    expect(failed({ quiet: true })).toEqual(failed({}));
  });

  it('shows the chain of causes with --debug', () => {
    const cause = new Error('connect ECONNREFUSED');
    const error = new InvError('STORE_UNAVAILABLE', 'no answer', { cause });
    const [, stderr = ''] = failed({ verbosity: 'debug' }, error);
    expect(stderr).toContain('\n  caused by:\n  Error: connect ECONNREFUSED\n');
  });
});

describe('messages', () => {
  function said(options: RecordingOptions) {
    const recording = recordingTerminal(options);
    const { terminal } = recording;
    terminal.success('stored');
    terminal.note(`see ${terminal.style.cyan('inv help')}\u001B[2J`);
    terminal.warn('old\u202E data');
    terminal.detail('took 3 ms');
    return [recording.stdout(), recording.stderr()];
  }

  const NORMAL = '✓ stored\nsee inv help␛[2J\n! warning: old<U+202E> data\n';

  it.each([
    ['normally', {}, NORMAL],
    ['in a pipe', { stdout: 'pipe', stderr: 'pipe' }, NORMAL],
    ['with --quiet', { quiet: true }, '! warning: old<U+202E> data\n'],
    ['with --verbose', { verbosity: 'verbose' }, `${NORMAL}took 3 ms\n`],
    ['with --json --verbose', { format: 'json', verbosity: 'verbose' }, `${NORMAL}took 3 ms\n`],
    ['with --json, before the result', { format: 'json' }, ''],
  ] as const)('go to stderr %s', (_name, options, stderr) => {
    expect(said(options)).toEqual(['', stderr]);
  });

  it('are coloured by what stderr can show, not stdout', () => {
    const env = { TERM: 'xterm' };
    expect(said({ stdout: 'pipe', color: 'auto', env })[1]).toBe(
      '\u001B[32m✓\u001B[39m stored\nsee \u001B[36minv help\u001B[39m␛[2J\n' +
        '\u001B[33m!\u001B[39m \u001B[33mwarning:\u001B[39m old<U+202E> data\n',
    );
    expect(said({ stderr: 'pipe', color: 'auto', env })[1]).toBe(NORMAL);
  });

  it('with --json: a warning follows the result, also one that comes after it', async () => {
    const recording = recordingTerminal({ format: 'json', stdout: 'pipe' });
    recording.terminal.warn('old data');
    await recording.terminal.print({ document: { a: 1 } });
    recording.terminal.warn('a pack');
    expect([recording.stdout(), recording.stderr()]).toEqual([
      '{"a":1}\n',
      '! warning: old data\n! warning: a pack\n',
    ]);
  });

  it('with --json: a warning before a failure is part of its one line', () => {
    const recording = recordingTerminal({ format: 'json' });
    recording.terminal.warn('old data');
    recording.terminal.fail(new InvError('BUSY', 'locked'));
    expect(recording.stderr()).toBe(
      '{"error":{"code":"BUSY","message":"locked","warnings":["old data"]}}\n',
    );
  });
});

describe('write', () => {
  it('writes our own text as it is, with or without its styles', async () => {
    for (const [color, text] of [
      ['never', '# Exit codes\n'],
      ['always', '# \u001B[1mExit codes\u001B[22m\n'],
    ] as const) {
      const recording = recordingTerminal({ color });
      await recording.terminal.write(`# ${recording.terminal.style.bold('Exit codes')}\n`);
      expect(recording.stdout()).toBe(text);
    }
  });
});
