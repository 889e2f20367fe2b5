import { openDatabase } from '../../src/adapters/mysql/database.ts';
import type { Database } from '../../src/adapters/mysql/database.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { newRequestId } from '../../src/adapters/system/identity.ts';
import { MYSQL_STRATEGIES } from '../../src/cli/composition/stock.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';
import { isBooked, MYSQL_STRATEGY_NAMES } from '../../src/domain/posting.ts';
import type {
  MysqlStrategyName,
  PostingDraft,
  PostingOutcome,
  StrategyName,
} from '../../src/domain/posting.ts';
import { LOCAL_DATABASE, LOCAL_USER } from '../../src/local/options.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { PostingStrategy } from '../../src/ports/posting-strategy.ts';
import type { Contestant } from './contest.ts';
import { numbersOf, seedProducts } from './home.ts';
import type { BenchHome } from './home.ts';

/** As inventory.config.yaml has it. */
const OPTIMISTIC_ATTEMPTS_MAX = 50;

/** A strategy as the command line uses it, with products of its own. */
export interface StrategyContestant extends Contestant {
  readonly strategyName: StrategyName;
  readonly strategy: PostingStrategy;
  readonly draft: (product: number, quantity: number, requestId?: string) => PostingDraft;
}

export interface StrategyField {
  readonly database: Database;
  readonly contestants: readonly StrategyContestant[];
}

/** One contestant a strategy; each has `products` products with `stock` units, booked as goods received. */
export async function enterStrategies(
  { sql, socket }: BenchHome,
  options: { readonly products: number; readonly stock: number; readonly writersMax: number },
): Promise<StrategyField> {
  const database = await openDatabase({
    target: {
      label: socket,
      address: { socketPath: socket },
      user: LOCAL_USER,
      password: null,
      database: LOCAL_DATABASE,
      tls: null,
    },
    limits: {
      poolSizeMax: options.writersMax,
      queueSizeMax: 1024,
      acquireTimeoutMs: 5000,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 30_000,
      lockWaitTimeoutMs: 10_000,
      transactionAttemptsMax: 20,
    },
    clock: systemClock,
  });
  const main = await numbersOf(sql, "SELECT id FROM locations WHERE code = 'MAIN'");
  const contestants: StrategyContestant[] = [];
  for (const name of MYSQL_STRATEGY_NAMES) {
    const prefix = name.toUpperCase();
    await seedProducts(sql, prefix, options.products);
    const first = await numbersOf(sql, 'SELECT MIN(id) AS id FROM products WHERE sku LIKE ?', [
      `${prefix}-%`,
    ]);
    const contestant = enter(name, database, {
      firstProductId: first['id'] ?? 0,
      locationId: main['id'] ?? 0,
    });
    const drafts = Array.from({ length: options.products }, (_, at) =>
      contestant.draft(at + 1, options.stock),
    );
    const outcomes = await contestant.strategy.post(drafts, { atomic: true, dryRun: false });
    if (!outcomes.every(isBooked)) throw new Error('the stock to begin with was not booked');
    contestants.push(contestant);
  }
  return { database, contestants };
}

function enter(
  name: MysqlStrategyName,
  database: Database,
  ids: { readonly firstProductId: number; readonly locationId: number },
): StrategyContestant {
  let pauses = 0;
  const clock: Clock = {
    ...systemClock,
    sleep: (milliseconds, signal) => {
      pauses += 1;
      return systemClock.sleep(milliseconds, signal);
    },
  };
  const strategy = MYSQL_STRATEGIES[name]({
    database,
    clock,
    attemptsMax: OPTIMISTIC_ATTEMPTS_MAX,
  });
  const draft = (product: number, quantity: number, requestId = newId()): PostingDraft =>
    draftOf({ ...ids, sku: `${name.toUpperCase()}-${product}`, product, quantity, requestId });
  return {
    name,
    strategyName: name,
    strategy,
    retries: () => pauses,
    draft,
    take: async (product) => {
      const [outcome] = await strategy.post([draft(product, -1)], { atomic: true, dryRun: false });
      return answerOf(outcome);
    },
  };
}

function answerOf(outcome: PostingOutcome | undefined): 'taken' | 'refused' {
  if (outcome?.status === 'posted') return 'taken';
  if (outcome?.status === 'insufficient') return 'refused';
  throw new Error(`an answer that nobody asked for: ${JSON.stringify(outcome)}`);
}

export function newId(): string {
  return newRequestId(Date.now());
}

function draftOf(parts: {
  readonly firstProductId: number;
  readonly locationId: number;
  readonly sku: string;
  readonly product: number;
  readonly quantity: number;
  readonly requestId: string;
}): PostingDraft {
  const line = {
    productId: parts.firstProductId + parts.product - 1,
    sku: parts.sku,
    locationId: parts.locationId,
    location: 'MAIN',
    quantity: parts.quantity,
    unitCost: null,
  };
  const kind = parts.quantity > 0 ? 'in' : 'out';
  const content = { kind, lines: [line], reason: null, reference: null, occurredAt: null } as const;
  return {
    ...content,
    requestId: parts.requestId,
    fingerprint: fingerprint({ ...content, supplier: null }),
    origin: { actor: 'bench', host: 'bench', source: 'bench' },
    supplierId: null,
    reversesId: null,
  };
}
