import { threadLine } from '../../../adapters/system/thread.ts';
import type { FromGenerator, GeneratorJob, ToGenerator } from './generator-job.ts';

/** The thread's own end of what generators.ts holds. */
export interface GeneratorLine {
  readonly job: GeneratorJob;
  readonly post: (message: FromGenerator) => void;
  readonly onMessage: (take: (message: ToGenerator) => void) => void;
  readonly close: () => void;
}

/** undefined where this process is no generator. */
export function generatorLine(): GeneratorLine | undefined {
  const line = threadLine();
  if (line === undefined) return undefined;
  return {
    // Both ends are of the same build, so what comes is what generators.ts sends.
    job: line.data as GeneratorJob,
    post: line.post,
    onMessage: (take) => line.onMessage((message) => take(message as ToGenerator)),
    close: line.close,
  };
}
