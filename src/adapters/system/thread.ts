import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

export interface ThreadStart {
  /** The program of the thread: a launcher as for a process. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the thread is given; plain data. */
  readonly data: unknown;
}

/** Another thread that runs a program. What it prints is kept, not shown. */
export interface Thread {
  readonly post: (message: unknown) => void;
  readonly onMessage: (take: (message: unknown) => void) => void;
  /** Resolves when it has ended, with what it said on its stderr. */
  readonly ended: Promise<{ readonly exitCode: number; readonly said: string }>;
  readonly terminate: () => Promise<void>;
}

/** Room for what lives as long as one request, so that collecting it does not copy what is under way. */
const YOUNG_GENERATION_MB = 128;

export function startThread({ file, args, env, data }: ThreadStart): Thread {
  const worker = new Worker(file, {
    argv: [...args],
    env: { ...env },
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    stdout: true,
    stderr: true,
  });
  let said = '';
  worker.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  worker.stdout.resume();
  const ended = new Promise<{ exitCode: number; said: string }>((resolve) => {
    worker.once('error', (error) => (said += error instanceof Error ? error.message : ''));
    worker.once('exit', (exitCode) => resolve({ exitCode, said: said.trim() }));
  });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (take) => void worker.on('message', take),
    ended,
    terminate: async () => {
      await worker.terminate();
    },
  };
}

/** The thread's own end of the line. */
export interface ThreadLine {
  readonly data: unknown;
  readonly post: (message: unknown) => void;
  readonly onMessage: (take: (message: unknown) => void) => void;
  /** Nothing is listened to any more, so the thread can end. */
  readonly close: () => void;
}

/** undefined where this is no such thread. */
export function threadLine(): ThreadLine | undefined {
  if (isMainThread || parentPort === null) return undefined;
  const port: MessagePort = parentPort;
  return {
    data: workerData as unknown,
    post: (message) => port.postMessage(message),
    onMessage: (take) => void port.on('message', take),
    close: () => port.close(),
  };
}
