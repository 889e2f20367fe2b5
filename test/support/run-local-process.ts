import { buildSync } from 'esbuild';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface LocalProcess {
  child: ChildProcess;
  /** Exit code (null when it was killed), stdout and stderr. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Bundles `local-process.ts`, since Node 20 runs no TypeScript. @returns the path of the script */
export function bundleLocalProcess(folder: string): string {
  const outfile = join(folder, 'local-process.mjs');
  const entry = join(import.meta.dirname, 'local-process.ts');
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile });
  return outfile;
}

export function runLocalProcess(
  script: string,
  given: string[],
  user: { uid?: number; gid?: number } = {},
): LocalProcess {
  const child = spawn(process.execPath, [script, ...given], { ...user, cwd: '/' });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}
