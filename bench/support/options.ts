import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Seconds instead of minutes: shows that the benchmark works, not how fast inv is. */
  readonly quick: boolean;
  /** Measured rounds; each runs every side once, in turn. */
  readonly rounds: number;
  /** The launcher that is measured. */
  readonly binary: string;
  /** Whether every commit waits for the disk, as for users; otherwise round trips are what counts. */
  readonly durable: boolean;
  /** The launcher of another build, measured beside it. */
  readonly other: string | undefined;
  /** How large the books are, where a benchmark asks for it. */
  readonly sizes: readonly number[] | undefined;
}

/** Reads `--quick`, `--rounds N`, `--durable`, `--other ROOT` (a second checkout, built), `--sizes N,N`. */
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
      durable: { type: 'boolean', default: false },
      other: { type: 'string' },
      sizes: { type: 'string' },
    },
  });
  const asked = values.rounds === undefined ? undefined : Number(values.rounds);
  if (asked !== undefined && !(Number.isInteger(asked) && asked > 0)) {
    throw new Error('--rounds wants a whole number from 1');
  }
  return {
    quick: values.quick,
    durable: values.durable,
    rounds: asked ?? (values.quick ? quickRounds : rounds),
    binary: resolve('bin', 'inv.js'),
    sizes: sizesOf(values.sizes),
    other: values.other === undefined ? undefined : resolve(values.other, 'bin', 'inv.js'),
  };
}

function sizesOf(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const sizes = text.split(',').map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 1_000_000)) return sizes;
  throw new Error('--sizes wants whole numbers from 1 to 1000000, with commas between them');
}
