import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { LocalSignal } from './options.ts';
import { WATCHED } from './run-to-end.ts';

export interface OwnCommand {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether its output goes where ours goes: stderr too, so that a transcript keeps its order. */
  readonly isShown: boolean;
}

export interface RunningCommand {
  /** Exit code (null when a signal ended it), and what it said when it was not shown. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>;
  /** Asks the command alone to end (SIGTERM). */
  readonly stop: () => void;
  /** Ends it and its children at once. */
  readonly kill: () => void;
}

const STDOUT = 1;

/**
 * Runs a command of our own as a process of its own, in a session of its own: Ctrl-C reaches the
 * caller alone, who decides. It does not outlive the caller, however that ends. Nothing can be typed.
 */
export function runOwnCommand(
  { command, cwd, env, isShown }: OwnCommand,
  kill: (pid: number, signal: LocalSignal) => unknown,
): RunningCommand {
  const child = spawn('/bin/sh', ['-c', WATCHED, 'inv', ...command], {
    cwd,
    env,
    detached: true,
    stdio: isShown ? ['pipe', STDOUT, STDOUT] : ['pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => undefined);
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  }
  const ended = exitOf(child).then((exitCode) => ({ exitCode, output: chunks.join('') }));
  const send = (signal: LocalSignal, to: 'command' | 'group'): void => {
    if (child.pid === undefined) return;
    try {
      kill(to === 'group' ? -child.pid : child.pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  };
  return {
    ended,
    stop: () => send('SIGTERM', 'command'),
    kill: () => send('SIGKILL', 'group'),
  };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let exitCode: number | null = null;
    child.once('error', reject);
    // The watcher holds the output open until its pipe closes: first that, then wait for the rest.
    child.once('exit', (code) => {
      exitCode = code;
      child.stdin?.destroy();
    });
    child.once('close', () => resolve(exitCode));
  });
}
