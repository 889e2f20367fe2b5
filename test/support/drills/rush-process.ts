import { writeFileSync } from 'node:fs';
import { createHistory } from './history.ts';
import { openShop } from './shop.ts';
import type { ShopOptions } from './shop.ts';
import { seededRandom } from './seed.ts';

/** Bundled by the drill and run as processes of its own: places its share of a rush, one unit an order. */

export interface RushTask {
  readonly shop: ShopOptions;
  readonly sku: string;
  readonly seed: number;
  /** Number of this process, and of all. */
  readonly process: number;
  readonly processes: number;
  readonly orders: number;
  readonly inFlight: number;
  readonly duplicates: number;
  /** Where the history goes, as JSON. */
  readonly output: string;
}

async function main(task: RushTask): Promise<void> {
  const shop = await openShop(task.shop);
  const history = createHistory();
  const random = seededRandom(task.process, task.seed);
  let next = 0;
  const asked: number[] = [];
  await Promise.all(
    Array.from({ length: task.inFlight }, async () => {
      while (next < task.orders) {
        next += 1;
        await askFor(next);
      }
    }),
  );
  await shop.close();
  writeFileSync(task.output, JSON.stringify(history.invocations));

  /** Mostly a new id; now and then one again that this process has used, or another uses as well. */
  async function askFor(at: number): Promise<void> {
    const isAgain = random.chance(task.duplicates);
    const isOthers = isAgain && random.chance(0.5);
    const process = isOthers ? random.between(0, task.processes - 1) : task.process;
    const number = isOthers
      ? SHARED_EVERY * random.between(1, Math.floor(task.orders / SHARED_EVERY))
      : isAgain && asked.length > 0
        ? random.pick(asked)
        : at;
    const requestId = `rush-${String(process)}-${String(number)}`;
    const isFresh = number === at && process === task.process && number % SHARED_EVERY !== 0;
    const order = { requestId, sku: task.sku, quantity: 1 };
    await history.record(order, () => shop.place(order, { isFresh }));
    if (process === task.process) asked.push(number);
  }
}

/** Ids that other processes know as well: they are never fresh. */
const SHARED_EVERY = 4;

main(JSON.parse(process.argv[2] ?? '') as RushTask).catch((error: unknown) => {
  process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
