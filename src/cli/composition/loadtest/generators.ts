import { join } from 'node:path';
import { startThread } from '../../../adapters/system/thread.ts';
import type { Thread } from '../../../adapters/system/thread.ts';
import { InvError } from '../../../lib/errors.ts';
import type { LoadRun } from '../../../loadtest/runner/load-run.ts';
import type { LoadProgress } from '../../../loadtest/runner/run-load.ts';
import { GENERATOR_COMMAND } from './generator-job.ts';
import type { FromGenerator, GeneratorJob, ToGenerator } from './generator-job.ts';

/** The generators of one run, each in a thread of its own, connected and waiting for the start. */
export interface Generators {
  readonly start: (startAtMs: number) => readonly Promise<LoadRun>[];
  /** What each has done by now; the latencies are those since it was told the last time. */
  readonly onProgress: (take: (generator: number, progress: LoadProgress) => void) => void;
  /** No more starts; what is under way comes to its end. */
  readonly abort: () => void;
  readonly close: () => Promise<void>;
}

export interface GeneratorsOptions {
  readonly job: Omit<GeneratorJob, 'partition'>;
  readonly count: number;
  readonly packageRoot: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** @throws InvError STORE_UNAVAILABLE when one does not come up */
export async function startGenerators(options: GeneratorsOptions): Promise<Generators> {
  const { job, count, packageRoot, environment } = options;
  const takers: ((generator: number, progress: LoadProgress) => void)[] = [];
  const generators = Array.from({ length: count }, (_, index) => {
    const data: GeneratorJob = { ...job, partition: { index, count } };
    const file = join(packageRoot, 'bin', 'inv.js');
    const thread = startThread({ file, args: [GENERATOR_COMMAND], env: environment, data });
    return listen(thread, (progress) => {
      for (const take of takers) take(index, progress);
    });
  });
  const close = async (): Promise<void> => {
    await Promise.all(generators.map(({ thread }) => thread.terminate()));
  };
  try {
    await Promise.all(generators.map(({ ready }) => ready));
  } catch (error) {
    await close();
    throw error;
  }
  const tell = (message: ToGenerator): void => {
    for (const { thread } of generators) thread.post(message);
  };
  return {
    start: (startAtMs) => {
      tell({ kind: 'start', startAtMs });
      return generators.map(({ done }) => done);
    },
    onProgress: (take) => takers.push(take),
    abort: () => tell({ kind: 'abort' }),
    close,
  };
}

interface Generator {
  readonly thread: Thread;
  readonly ready: Promise<void>;
  readonly done: Promise<LoadRun>;
}

function listen(thread: Thread, onProgress: (progress: LoadProgress) => void): Generator {
  const broken = thread.ended.then(({ exitCode, said }): never => {
    throw new InvError('STORE_UNAVAILABLE', `a generator ended with ${exitCode}: ${said}`, {
      hint: 'inv doctor',
    });
  });
  let isReady: () => void = () => undefined;
  let isDone: (run: LoadRun) => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const done = new Promise<LoadRun>((resolve) => {
    isDone = resolve;
  });
  thread.onMessage((message) => {
    // The other end is our own generate.ts, of the same build.
    const told = message as FromGenerator;
    if (told.kind === 'ready') isReady();
    else if (told.kind === 'progress') onProgress(told.progress);
    else isDone(told.run);
  });
  const generator = {
    thread,
    ready: Promise.race([ready, broken]),
    done: Promise.race([done, broken]),
  };
  // Whoever waits for it hears of its end; when nobody does, it is the usual one.
  for (const promise of [generator.ready, generator.done]) promise.catch(() => undefined);
  return generator;
}
