import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { Script } from 'node:vm';
import { projectRoot } from './database.ts';

/** What a command is given in place of a process of its own. */
export interface Surroundings {
  readonly input: string | Buffer;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

interface BundleModule {
  exports: { readonly ended?: Promise<void> };
}

type Bundle = (scope: {
  readonly exports: object;
  readonly require: (name: string) => unknown;
  readonly module: BundleModule;
  readonly __filename: string;
  readonly __dirname: string;
  readonly process: object;
}) => void;

const bundlePath = join(projectRoot, 'dist', 'inv.cjs');
const requireOfBundle = createRequire(bundlePath);
let compiled: Bundle | undefined;

/**
 * Runs `inv` within the test's own process: the bundle that `bin/inv.js` runs, from its first line,
 * with arguments, environment and streams of its own. That saves the start of Node and the first
 * run of all code, which is most of what a short command costs. What only a process can show needs
 * one: the launcher, signals, `--timeout`, failpoints, crashes, and that nothing keeps it from ending.
 */
export async function runInside(
  args: readonly string[],
  { input, env, cwd }: Surroundings,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [collect(), collect()];
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const own = processFor({ args, env, input, exit, stdout: stdout.stream, stderr: stderr.stream });
  const requireFor = (name: string): unknown => {
    const module = name.replace(/^node:/, '');
    if (module === 'process') return own;
    if (module === 'os') return { ...os, homedir: () => env['HOME'] };
    return requireOfBundle(name);
  };
  const module: BundleModule = { exports: {} };
  const leave = enter(cwd);
  try {
    compiled ??= compile();
    compiled({
      exports: module.exports,
      require: requireFor,
      module,
      __filename: bundlePath,
      __dirname: dirname(bundlePath),
      process: own,
    });
    const { ended } = module.exports;
    if (ended === undefined) throw new Error('the bundle does not say when it has ended');
    const exitCode = await Promise.race([ended.then(() => own.exitCode), exited]);
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    leave();
  }
}

/** Each call of the result is a program with a state of its own. */
function compile(): Bundle {
  const source = readFileSync(bundlePath, 'latin1');
  const scope = '{ exports, require, module, __filename, __dirname, process }';
  const script = new Script(`(function (${scope}) { ${source}\n})`, { filename: bundlePath });
  return script.runInThisContext() as Bundle;
}

/** The test's process, but for all that a command has for itself. Nobody sends it a signal. */
function processFor({
  args,
  input,
  exit,
  ...given
}: {
  readonly args: readonly string[];
  readonly input: string | Buffer;
  readonly exit: (code: number) => void;
  readonly env: Readonly<Record<string, string>>;
  readonly stdout: Writable;
  readonly stderr: Writable;
}): { exitCode: number } {
  const events = new EventEmitter();
  const own = {
    ...given,
    argv: [process.execPath, 'inv', ...args],
    stdin: Readable.from(input.length === 0 ? [] : [Buffer.from(input)], { objectMode: false }),
    exitCode: 0,
    exit,
    on: events.on.bind(events),
    once: events.once.bind(events),
    off: events.off.bind(events),
    kill: (pid: number, signal?: NodeJS.Signals | number) => {
      if (pid === process.pid) throw new Error('a command that kills itself needs a process');
      return process.kill(pid, signal);
    },
  };
  return Object.setPrototypeOf(own, process) as typeof own;
}

function collect(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

const visits = { count: 0, from: '' };

/** Commands at the same time share the one working folder of the process. @returns how to leave it */
function enter(folder: string): () => void {
  if (visits.count === 0) {
    visits.from = process.cwd();
    process.chdir(folder);
  }
  visits.count += 1;
  if (process.cwd() !== folder) throw new Error('commands inside share one folder');
  return () => {
    visits.count -= 1;
    if (visits.count === 0) process.chdir(visits.from);
  };
}
