import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface InvRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** Peak resident memory, as last seen while it ran; 0 where there is no /proc. */
  readonly memoryMibMax: number;
}

export interface Inv {
  /** Exactly this is what the command sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly binary: string;
  readonly cwd: string;
}

/** Runs to the end without an event loop in between: for commands of milliseconds. */
export function runBriefly(command: readonly string[], { env, cwd }: Omit<Inv, 'binary'>): InvRun {
  const startedAt = performance.now();
  const child = spawnSync(process.execPath, command, { env, cwd, encoding: 'utf8' });
  const durationMs = performance.now() - startedAt;
  const { status, stdout, stderr } = child;
  return { exitCode: status ?? -1, stdout, stderr, durationMs, memoryMibMax: 0 };
}

/** Runs `inv` and watches its memory: for commands of seconds. */
export function runLong(args: readonly string[], { env, cwd, binary }: Inv): Promise<InvRun> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [binary, ...args], { env, cwd });
    let [stdout, stderr, memoryMibMax] = ['', '', 0];
    const watch = setInterval(() => {
      memoryMibMax = Math.max(memoryMibMax, peakMib(child.pid));
    }, 20);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(watch);
      const durationMs = performance.now() - startedAt;
      resolve({ exitCode: code ?? -1, stdout, stderr, durationMs, memoryMibMax });
    });
  });
}

/** Runs with --json, which must end well. @returns the document */
export async function invJson(args: readonly string[], inv: Inv): Promise<unknown> {
  return documentOf(args, await runLong([...args, '--json'], inv));
}

export function documentOf(args: readonly string[], run: InvRun): unknown {
  if (run.exitCode !== 0) {
    throw new Error(`inv ${args.join(' ')}: exit ${run.exitCode}\n${run.stderr}`);
  }
  return JSON.parse(run.stdout) as unknown;
}

/** The field of a document, for documents whose shape is checked by comparing values. */
export function field(document: unknown, name: string): unknown {
  return typeof document === 'object' && document !== null
    ? Reflect.get(document, name)
    : undefined;
}

function peakMib(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    // It has just ended, or there is no /proc.
    return 0;
  }
}
