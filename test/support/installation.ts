import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, projectRoot } from './database.ts';
import type { TestDatabase } from './database.ts';
import { runInside } from './inside.ts';
import { temporaryFolder, testServers } from './servers.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** One `inv` with a database and a key prefix of its own, called as users call it. */
export interface Installation {
  readonly database: TestDatabase;
  /** A folder for the test's files. */
  readonly folder: string;
  /** What the binary sees, and nothing else of this machine's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the real binary in a pipe and waits for it; it never throws for an exit code. */
  run(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** The same, but within the test's own process, without the launcher (see `inside.ts`). */
  inside(args: readonly string[], options?: Omit<RunOptions, 'cwd'>): Promise<CommandResult>;
  /** Runs inside with --json, expects exit 0 and returns the document. */
  json(args: readonly string[], options?: Omit<RunOptions, 'cwd'>): Promise<unknown>;
  /** Runs inside with --json and gives exit code and error code of a command that must fail. */
  refused(args: readonly string[], options?: Omit<RunOptions, 'cwd'>): Promise<[number, unknown]>;
  close(): Promise<void>;
}

export const binary = join(projectRoot, 'bin', 'inv.js');

/** @param servers sockets of a test's own servers; those it does not name are the shared ones */
export async function createInstallation(
  servers: { readonly mysqlSocket?: string; readonly redisSocket?: string } = {},
): Promise<Installation> {
  const { mysqlSocket, redisSocket } = { ...testServers(), ...servers };
  const database = await createTestDatabase({ mysqlSocket });
  const folder = temporaryFolder('files');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: mkdtempSync(join(folder, 'home-')),
    LANG: 'C.UTF-8',
    INV_MYSQL_URL: `mysql://inv@localhost/${database.name}?socket=${encodeURIComponent(mysqlSocket)}`,
    INV_REDIS_URL: `redis+unix:${redisSocket}`,
    INV_REDIS_KEY_PREFIX: database.name,
    INV_ACTOR: 'tester',
  };
  const run = (args: readonly string[], options: RunOptions = {}): Promise<CommandResult> =>
    runBinary(args, { cwd: folder, ...options, env: { ...env, ...options.env } });
  const inside: Installation['inside'] = (args, options = {}) =>
    runInside(args, { cwd: folder, input: '', ...options, env: { ...env, ...options.env } });
  return {
    database,
    folder,
    env,
    run,
    inside,
    json: async (args, options) => {
      const result = await inside([...args, '--json'], options);
      if (result.exitCode !== 0) {
        throw new Error(`inv ${args.join(' ')}: exit ${String(result.exitCode)}\n${result.stderr}`);
      }
      return JSON.parse(result.stdout) as unknown;
    },
    refused: async (args, options) => {
      const result = await inside([...args, '--json'], options);
      return [result.exitCode, errorOf(result)['code']];
    },
    close: () => database.drop(),
  };
}

/** The error document of a command that printed nothing else. */
export function errorOf({ stderr, stdout }: CommandResult): Record<string, unknown> {
  if (stdout !== '') throw new Error(`a command that fails prints nothing else: ${stdout}`);
  return (JSON.parse(stderr) as { error: Record<string, unknown> }).error;
}

/** The real binary in a process of its own, with exactly this environment. */
export function runBinary(
  args: readonly string[],
  { input, env, cwd }: RunOptions & { readonly env: Readonly<Record<string, string>> },
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [binary, ...args], {
      env,
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const chunks = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (chunks.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (chunks.stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ exitCode: code ?? (signal === null ? -1 : 128), ...chunks });
    });
    // A command that does not read its input closes it early; that is its right.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}
