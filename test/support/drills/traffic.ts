import type { Backgrounds } from './background.ts';
import { seededRandom } from './seed.ts';
import type { Answer, History, Order } from './history.ts';

export interface TrafficOptions {
  readonly backgrounds: Backgrounds;
  readonly history: History;
  readonly place: (order: Order) => Promise<Answer>;
  readonly sku: string;
  /** Customers who each ask for one thing after the other. */
  readonly writers: number;
  /** Set apart from other traffic of the same test; part of every request id. */
  readonly name: string;
  readonly quantityMax?: number;
  /** Share of requests that repeat an earlier id, of any writer. */
  readonly duplicates?: number;
  /** Requests each writer makes at most; without it they go on until they are stopped. */
  readonly requestsMax?: number;
}

export interface Traffic {
  /** Resolves when so many requests have been answered in a promised way, in all. */
  reached(count: number, promised?: Answer['promised']): Promise<void>;
  /** Lets the requests under way end, and rejects when a writer broke. */
  stop(): Promise<void>;
  /** Resolves when every writer has made its last request. */
  done(): Promise<void>;
}

/** Buyers at work, as the seed has it. Faults are for the drill to make meanwhile. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { history, place, sku, writers, name } = options;
  const asked: Order[] = [];
  const waiting = new Set<() => void>();
  const writer = async (number: number, signal: AbortSignal): Promise<void> => {
    const random = seededRandom(number * 31 + name.length);
    for (let at = 1; at <= (options.requestsMax ?? Infinity); at += 1) {
      if (signal.aborted) return;
      const isAgain = asked.length > 0 && random.chance(options.duplicates ?? 0.1);
      const order: Order = isAgain
        ? random.pick(asked)
        : {
            requestId: `${name}-${String(number)}-${String(at)}`,
            sku,
            quantity: random.between(1, options.quantityMax ?? 3),
          };
      if (!isAgain) asked.push(order);
      const { promised, detail } = await history.record(order, place);
      if (promised === 'broken') throw new Error(`${order.requestId}: ${detail}`);
      for (const look of waiting) look();
    }
  };
  let work: Promise<unknown> = Promise.resolve();
  const background = options.backgrounds.start((signal) => {
    work = Promise.all(Array.from({ length: writers }, (_, number) => writer(number, signal)));
    return work;
  });
  return {
    reached: (count, promised) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const answers = history.invocations.filter(
            (invocation) => promised === undefined || invocation.promised === promised,
          );
          if (answers.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        work.then(() => reject(new Error(`${name} ended before ${String(count)}`)), reject);
      }),
    stop: async () => {
      await background.stop();
    },
    done: async () => {
      await work;
    },
  };
}
