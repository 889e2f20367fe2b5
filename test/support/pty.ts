import { spawn } from '@lydell/node-pty';
import { binary } from './installation.ts';

export interface TypedAnswer {
  /** Typed as soon as this text is on the screen, after what was waited for before. */
  readonly waitFor: string | RegExp;
  readonly type: string;
}

export interface TerminalOptions {
  /** Exactly what the command sees, besides TERM. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** 0 is what some serial lines and editors report. */
  readonly columns?: number;
  readonly rows?: number;
  readonly answers?: readonly TypedAnswer[];
}

export interface TerminalResult {
  readonly exitCode: number;
  /** All that was written to the terminal, escape sequences included. */
  readonly raw: string;
  /** The same without colour, as lines; the last line end counts as none. */
  readonly lines: readonly string[];
}

/** Runs `inv` on a terminal of its own, types the answers, and waits until it ends. */
export function runInTerminal(
  args: readonly string[],
  options: TerminalOptions,
): Promise<TerminalResult> {
  return runProgramInTerminal([process.execPath, binary, ...args], options);
}

export function runProgramInTerminal(
  command: readonly string[],
  { env, cwd, columns = 80, rows = 24, answers = [] }: TerminalOptions,
): Promise<TerminalResult> {
  // A terminal cannot be made without columns, but it can lose them.
  const before = columns === 0 ? 'stty cols 0; ' : '';
  const pty = spawn('/bin/sh', ['-c', `${before}exec "$@"`, 'inv', ...command], {
    cols: columns === 0 ? 80 : columns,
    rows,
    cwd,
    env: { TERM: 'xterm-256color', ...env },
  });
  const remaining = [...answers];
  let raw = '';
  let seen = 0;
  return new Promise((resolve) => {
    pty.onData((data) => {
      raw += data;
      for (let next = remaining[0]; next !== undefined; next = remaining[0]) {
        const unread = raw.slice(seen);
        if (!isThere(unread, next.waitFor)) return;
        remaining.shift();
        seen = raw.length;
        pty.write(next.type);
      }
    });
    pty.onExit(({ exitCode }) => resolve({ exitCode, raw, lines: linesOf(raw) }));
  });
}

/** Select Graphic Rendition: colours and weights. */
export const SGR = new RegExp(String.raw`\u001B\[[\d;]*m`, 'g');

function isThere(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

function linesOf(raw: string): string[] {
  return raw.replace(SGR, '').replace(/\r\n$/, '').split('\r\n');
}
