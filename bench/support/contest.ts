/** What one request came to. */
export type Answer = 'taken' | 'refused';

/** Somebody who takes one unit of the product with this number. */
export interface Contestant {
  readonly name: string;
  readonly take: (product: number) => Promise<Answer>;
  /** How often it paused to try anew so far, where that is known. */
  readonly retries?: () => number;
}

export interface Bout {
  readonly taken: number;
  readonly refused: number;
  /** Messages of failures, each once. */
  readonly errors: readonly string[];
  readonly failed: number;
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/** Lets writers take units one after the other for the given time; each waits for its own answer. */
export async function fight(
  { take }: Contestant,
  options: {
    readonly writers: number;
    readonly products: number;
    readonly durationMs: number;
    readonly seed: number;
  },
): Promise<Bout> {
  const latenciesMs: number[] = [];
  const errors = new Set<string>();
  const counts = { taken: 0, refused: 0, failed: 0 };
  const random = randomFrom(options.seed);
  const startedAt = performance.now();
  const write = async (): Promise<void> => {
    while (performance.now() - startedAt < options.durationMs) {
      const product = 1 + Math.floor(random() * options.products);
      const sentAt = performance.now();
      try {
        counts[await take(product)] += 1;
        latenciesMs.push(performance.now() - sentAt);
      } catch (error) {
        counts.failed += 1;
        errors.add(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: options.writers }, write));
  const seconds = (performance.now() - startedAt) / 1000;
  return { ...counts, errors: [...errors], perSecond: counts.taken / seconds, latenciesMs };
}

/** mulberry32: the same products in the same order in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
