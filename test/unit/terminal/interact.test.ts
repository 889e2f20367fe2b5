import { spawnSync } from 'node:child_process';
import { spawn } from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrompts } from '../../../src/cli/terminal/prompts.ts';
import { buildFixture } from './build-fixture.ts';
import { recordingTerminal } from './recording-terminal.ts';

const otherwise = { message: 'which SKU? none was given', hint: 'inv stock out SKU QTY' };

describe('a question that nobody can answer', () => {
  it.each([
    ['in a pipe', { stdin: 'pipe' }],
    ['with --no-input', { noInput: true }],
    ['in CI', { env: { CI: 'true' } }],
  ] as const)('is an error that names the flag, %s', async (_name, options) => {
    const prompts = createPrompts(recordingTerminal(options).terminal);
    const expected = { message: otherwise.message, hint: otherwise.hint };
    await expect(prompts.text({ message: 'SKU?', otherwise })).rejects.toMatchObject({
      code: 'USAGE',
      ...expected,
    });
    await expect(
      prompts.choose({ message: 'Which?', choices: [], otherwise }),
    ).rejects.toMatchObject({ code: 'USAGE', ...expected });
    await expect(
      prompts.confirm({ message: 'Sure?', initial: false, otherwise }),
    ).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED', ...expected });
  });
});

describe('on a pseudo-terminal', () => {
  let fixture: ReturnType<typeof buildFixture>;
  beforeAll(() => {
    fixture = buildFixture('interact');
  });
  afterAll(() => fixture.remove());

  interface Step {
    readonly waitFor: string;
    readonly type: string;
  }

  /** Types each answer when its question is on the screen. */
  function run(action: string, steps: readonly Step[], env: Record<string, string> = {}) {
    const pty = spawn(process.execPath, [fixture.file], {
      cols: 80,
      rows: 24,
      env: {
        ...{ PATH: process.env['PATH'], TERM: 'xterm-256color', LANG: 'en_GB.UTF-8' },
        ...{ NO_COLOR: '1', ACTION: action, ...env },
      },
    });
    let screen = '';
    const remaining = [...steps];
    return new Promise<{ exitCode: number; screen: string }>((resolve) => {
      pty.onData((data) => {
        screen += data;
        const step = remaining[0];
        if (step === undefined || !screen.includes(step.waitFor)) return;
        remaining.shift();
        pty.write(step.type);
      });
      pty.onExit(({ exitCode }) => resolve({ exitCode, screen }));
    });
  }

  it('Ctrl-C at a question exits 130 and says that nothing was changed', async () => {
    const { exitCode, screen } = await run('text', [{ waitFor: 'SKU', type: '\u0003' }]);
    expect(exitCode).toBe(130);
    expect(screen).toContain('✗ interrupted at the question; nothing was changed [INTERRUPTED]');
  });

  it('asks again until the answer will do, with data made visible', async () => {
    const { exitCode, screen } = await run('text', [
      { waitFor: 'SKU', type: 'X\r' },
      { waitFor: 'no SKU', type: '\u007FMUG\r' },
    ]);
    expect(exitCode).toBe(0);
    expect(screen).toContain('SKU␛[2J?');
    expect(screen).toContain('✗ no SKU X<U+202E>');
    expect(screen).toContain('answer  MUG\r\n');
  });

  it.each([
    ['\r', 'false'],
    ['y\r', 'true'],
    ['n\r', 'false'],
  ])('takes %j as the answer to a dangerous question for %s', async (type, answer) => {
    const { exitCode, screen } = await run('confirm', [{ waitFor: 'Archive', type }]);
    expect(exitCode).toBe(0);
    expect(screen).toContain(`answer  ${answer}\r\n`);
  });

  it('lets a person choose with the arrow keys', async () => {
    const { screen } = await run('choose', [{ waitFor: '第二个␛[2J', type: '\u001B[B\r' }]);
    expect(screen).toContain('answer  b\r\n');
  });

  it('follows NO_COLOR in questions, and colours them without it', async () => {
    const steps = [{ waitFor: 'Archive', type: 'y\r' }];
    expect((await run('confirm', steps)).screen).not.toMatch(SGR);
    const colored = await run('confirm', steps, { NO_COLOR: '' });
    expect(colored.screen).toContain('\u001B[1mArchive it?\u001B[22m');
  });

  it('says nothing of work that takes less than a second', async () => {
    const { screen } = await run('quick', []);
    expect(screen).toBe('answer  worked\r\n');
  });

  it('shows a bar with rate and time left, and clears it at the end', async () => {
    const { screen } = await run('progress', []);
    const bar =
      /importing␛\[2J {2}\[█+░+\] \d+% {2}\d+\/400 {2}\d+\/s {2}\d+ s left {2}widgets\.csv/;
    expect(screen).toMatch(bar);
    expect(screen).not.toMatch(SGR);
    expect(screen.split(SHOW_CURSOR)[1]).toBe('imported 200\r\nanswer  worked\r\n');
  });

  it('stops the spinner of a command that fails', async () => {
    const { exitCode, screen } = await run('failing', []);
    expect(exitCode).toBe(75);
    expect(screen).toContain('counting');
    expect(screen.split(SHOW_CURSOR)[1]).toBe('✗ somebody else counts [BUSY]\r\n');
  });

  it.each([{ TERM: 'dumb' }, { CI: 'true' }])('does not animate with %j', async (env) => {
    const { screen } = await run('progress', [], env);
    expect(screen).toBe('answer  worked\r\n');
  });

  it('says nothing of its work in a pipe', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [fixture.file], {
      env: { PATH: process.env['PATH'], ACTION: 'progress' },
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual(['answer\nworked\n', '']);
  });
});

const SHOW_CURSOR = '\u001B[?25h';
const SGR = new RegExp(String.raw`\u001B\[\d+m`);
