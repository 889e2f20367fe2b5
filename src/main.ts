import { homedir } from 'node:os';
import type { Command } from 'commander';
import { createContext } from './cli/context.ts';
import type { Context, DescribeCutOff } from './cli/context.ts';
import { guessFormat, readGlobalOptions } from './cli/global-options.ts';
import { noteDryRun } from './cli/note-dry-run.ts';
import { buildProgram, HelpShown, translateUsage } from './cli/program.ts';
import { handleBrokenPipe, OutputClosed } from './cli/terminal/output.ts';
import { createTerminal } from './cli/terminal/terminal.ts';
import type { Terminal } from './cli/terminal/types.ts';
import { EXIT_CODES, InvError } from './lib/errors.ts';
import { armFailpoint } from './lib/failpoint.ts';
import { version } from './version.ts';

/** The process: its arguments, signals, streams and exit code. Nothing else in inv touches them. */
const streams = {
  // Opening it costs a millisecond or two, and help does not read.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
};
const argv = process.argv.slice(2);
const cutOff = new AbortController();
let writingRequestId: string | null = null;
/** The request that is being prepared: failures name it, though nothing was sent yet. */
let requestedId: string | undefined;
let describeCutOff: DescribeCutOff | null = null;
let terminal: Terminal | undefined;
/** Set while a command runs that comes to its own end when it is told to. */
let orderly: { readonly stop: AbortController; readonly graceMs: number } | undefined;

armFailpoint(process.env, {
  kill: () => {
    process.kill(process.pid, 'SIGKILL');
  },
});
handleBrokenPipe(streams, () => {
  process.exit(0);
});
process.on('SIGINT', () => {
  stop(() => interrupted('INTERRUPTED', 'interrupted'));
});
process.on('SIGTERM', () => {
  stop(() => interrupted('TERMINATED', 'terminated'));
});
process.on('uncaughtException', (error) => {
  end(unexpected(error));
});
process.exitCode = 0;
/** Settles when the command has done all that it does and its exit code is set. It never rejects. */
export const ended: Promise<void> = main();

async function main(): Promise<void> {
  let program: Command | undefined;
  try {
    const built = await programFor(argv);
    program = built;
    if (argv.length === 0) built.outputHelp();
    else await built.parseAsync(argv, { from: 'user' });
  } catch (error) {
    fail(program === undefined ? error : translateUsage(error, program));
  }
}

async function programFor(words: readonly string[]): Promise<Command> {
  const program: Command = await buildProgram({
    argv: words,
    version,
    host: {
      run: (work) => runInContext(program.opts(), work),
      programFor,
      write: (text) => speaker().write(text),
    },
    write: (text) => process.stdout.write(text),
    columns: process.stdout.columns > 0 ? process.stdout.columns : 80,
  });
  return program;
}

async function runInContext(
  flags: Readonly<Record<string, unknown>>,
  work: (context: Context) => Promise<void>,
): Promise<void> {
  const globals = readGlobalOptions(flags, process.env);
  const context = await createContext(
    {
      env: process.env,
      cwd: process.cwd(),
      homeDirectory: homedir(),
      uid: process.getuid?.() ?? -1,
      pid: process.pid,
      kill: (pid, signal) => process.kill(pid, signal),
      streams,
      codePath: import.meta.filename,
      signal: cutOff.signal,
      untilStopped,
      writing: (requestId) => {
        writingRequestId = requestId;
      },
      requested: (requestId) => {
        requestedId = requestId;
      },
      underWay: (describe) => {
        describeCutOff = describe;
      },
      finishWith: (code) => {
        process.exitCode = EXIT_CODES[code];
      },
    },
    globals,
  );
  terminal = context.terminal;
  const timeoutMs = context.loaded.config.timeoutMs;
  const timer =
    timeoutMs === null
      ? undefined
      : setTimeout(() => {
          stop(() => timedOut(timeoutMs));
        }, timeoutMs);
  try {
    await work(context);
    noteDryRun(context);
  } finally {
    clearTimeout(timer);
    await context.close();
  }
}

function fail(error: unknown): void {
  if (error instanceof HelpShown || error instanceof OutputClosed) return;
  const known = error instanceof InvError ? error : unexpected(error);
  speaker().fail(known, writingRequestId ?? requestedId);
  process.exitCode = known.exitCode;
}

async function untilStopped<T>(
  graceMs: number,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const told = new AbortController();
  orderly = { stop: told, graceMs };
  try {
    return await work(told.signal);
  } finally {
    orderly = undefined;
  }
}

/**
 * Ctrl-C, SIGTERM or --timeout. A command that ends in order is told, and has its time for it; asked a
 * second time, or late, it ends like the others: at once.
 */
function stop(reason: () => InvError): void {
  if (orderly === undefined || orderly.stop.signal.aborted) {
    end(reason());
    return;
  }
  // What comes after the work (its summary, closing the stores) is within the same time.
  setTimeout(() => {
    end(reason());
  }, orderly.graceMs).unref();
  orderly.stop.abort();
}

/** Ends at once, with work under way: what MySQL has not committed it rolls back. */
function end(error: InvError): void {
  cutOff.abort(error);
  fail(error);
  process.exit(error.exitCode);
}

function interrupted(code: 'INTERRUPTED' | 'TERMINATED', word: string): InvError {
  if (describeCutOff !== null) {
    const { message, hint } = describeCutOff();
    return new InvError(code, `${word}: ${message}`, { hint });
  }
  if (writingRequestId === null) return new InvError(code, `${word}; nothing was changed`);
  return new InvError(
    code,
    `${word} while request ${writingRequestId} was under way: it is booked whole or not at all`,
    {
      hint: `run the same command with --request-id ${writingRequestId}: it is booked once, however often you ask`,
    },
  );
}

function timedOut(timeoutMs: number): InvError {
  if (describeCutOff !== null) {
    const { message, hint } = describeCutOff();
    return new InvError('OUTCOME_UNKNOWN', `--timeout ${String(timeoutMs / 1000)}s: ${message}`, {
      hint,
    });
  }
  const message = `no answer within --timeout ${String(timeoutMs / 1000)}s`;
  return writingRequestId === null
    ? new InvError('STORE_UNAVAILABLE', `${message}; nothing was changed`, {
        hint: 'run it again, or raise --timeout',
      })
    : new InvError('OUTCOME_UNKNOWN', `${message}: the change may or may not be booked`, {
        hint: `run the same command with --request-id ${writingRequestId}`,
      });
}

function unexpected(error: unknown): InvError {
  const isDebug = argv.includes('--debug') || process.env['INV_DEBUG'] === '1';
  if (isDebug && error instanceof Error) process.stderr.write(`${error.stack ?? error.message}\n`);
  const message = error instanceof Error ? error.message : String(error);
  return new InvError('UNEXPECTED', `a bug in inv: ${message}`, {
    hint: 'run it again with --debug and report what it prints',
    cause: error,
  });
}

/** The command's terminal, or one for a failure that came before there was any. */
function speaker(): Terminal {
  return (
    terminal ??
    createTerminal({
      ...streams,
      env: process.env,
      format: guessFormat(argv, process.env),
      color: argv.includes('--no-color') ? 'never' : 'auto',
      quiet: false,
      verbosity: 'normal',
      noInput: true,
    })
  );
}
