import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Seconds instead of minutes: shows that the benchmark works, not how fast inv is. */
  readonly quick: boolean;
  /** Measured rounds; each runs every side once, in turn. */
  readonly rounds: number;
  /** The launcher that is measured. */
  readonly binary: string;
  /** The launcher of another build, measured beside it. */
  readonly other: string | undefined;
}

/** Reads `--quick`, `--rounds N` and `--other ROOT` (a second checkout, built) from the command line. */
export function readOptions({
  rounds,
  quickRounds,
}: {
  rounds: number;
  quickRounds: number;
}): BenchOptions {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      other: { type: 'string' },
    },
  });
  const asked = values.rounds === undefined ? undefined : Number(values.rounds);
  if (asked !== undefined && !(Number.isInteger(asked) && asked > 0)) {
    throw new Error('--rounds wants a whole number from 1');
  }
  return {
    quick: values.quick,
    rounds: asked ?? (values.quick ? quickRounds : rounds),
    binary: resolve('bin', 'inv.js'),
    other: values.other === undefined ? undefined : resolve(values.other, 'bin', 'inv.js'),
  };
}
