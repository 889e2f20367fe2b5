import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../database.ts';
import { deferred } from '../deferred.ts';
import { temporaryFolder } from '../servers.ts';
import type { History, Invocation, Order } from './history.ts';
import type { ShopOptions } from './shop.ts';

export interface PlannedOrder extends Order {
  /** Nobody else asks with this id. */
  readonly isFresh: boolean;
}

export type ShopJob = { readonly shop: ShopOptions } & (
  | { readonly kind: 'buy'; readonly orders: readonly PlannedOrder[]; readonly atOnce: number }
  | { readonly kind: 'work' }
);

/** A shop in a process of its own: what it does, it does beside this one. */
export interface ShopProcess {
  /** It has its connections, and waits. */
  readonly ready: Promise<void>;
  readonly begin: () => void;
  /** Tells a worker to end; a buyer ends by itself. */
  readonly end: () => void;
  /** Resolves with its lines when it has ended in order, and rejects when it died. */
  readonly ended: Promise<readonly string[]>;
  readonly kill: () => void;
}

/** Starts processes of shops from one bundle. They end when their input does, so none outlives the drill. */
export function createShopProcesses(): { readonly start: (job: ShopJob) => ShopProcess } {
  const folder = temporaryFolder('shops');
  const script = bundleShopProcess(folder);
  return { start: (job) => startShopProcess(script, folder, job) };
}

/** Node 20 runs no TypeScript. @returns the path of the script */
function bundleShopProcess(folder: string): string {
  const outfile = join(folder, 'shop-process.cjs');
  const fixtures = join(projectRoot, 'test', 'integration', 'drills', 'fixtures');
  const entryPoints = [join(fixtures, 'shop-process.ts')];
  buildSync({ entryPoints, bundle: true, platform: 'node', format: 'cjs', outfile });
  return outfile;
}

function startShopProcess(script: string, folder: string, job: ShopJob): ShopProcess {
  const child = spawn(process.execPath, [script], { cwd: folder, stdio: 'pipe' });
  const ready = deferred();
  const lines: string[] = [];
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') ready.resolve();
    else lines.push(line);
  });
  // Its end says what became of it.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(job)}\n`);
  const ended = new Promise<readonly string[]>((resolve, reject) => {
    child.once('close', (code, signal) => {
      if (code === 0) resolve(lines);
      else reject(new Error(`a shop ended with ${String(code ?? signal)}\n${stderr}`));
    });
  });
  ended.catch(() => undefined);
  return {
    ready: Promise.race([ready.promise, ended.then(() => undefined)]),
    begin: () => child.stdin.write('begin\n'),
    end: () => child.stdin.end(),
    ended,
    kill: () => child.kill('SIGKILL'),
  };
}

/** Takes the answers that a buyer has written down into the drill's own history; their times are by its own clock. */
export function takeAnswers(history: History, lines: readonly string[]): void {
  for (const line of lines) history.add(JSON.parse(line) as Invocation);
}
