import type { ToldRequest } from './fight.ts';

/** What the books say of one product once everything is settled. */
export interface ProductBooks {
  /** Units in stock when the bout began. */
  readonly supply: number;
  readonly onHand: number;
}

export interface BooksFacts {
  /** By index of the product. */
  readonly products: readonly ProductBooks[];
  /** Units that the ledger has for a request, in all of its movements. */
  readonly booked: ReadonlyMap<string, number>;
}

/** Units that are wrong, by the way in which they are. */
export interface BooksVerdict {
  /** Promised to callers beyond what there was. */
  readonly oversold: number;
  /** Refused to callers although they were there, or gone without anybody having them. */
  readonly undersold: number;
  /** Promised, and gone from the ledger or never taken from the stock. */
  readonly lost: number;
  /** Taken more than once for one request, or taken from the stock without a line in the ledger. */
  readonly double: number;
}

export const NOTHING_WRONG: BooksVerdict = { oversold: 0, undersold: 0, lost: 0, double: 0 };

/** Compares what every caller was told with ledger and stock. */
export function judgeBooks(requests: readonly ToldRequest[], facts: BooksFacts): BooksVerdict {
  const byProduct = facts.products.map((): ToldRequest[] => []);
  for (const request of requests) byProduct[request.product]?.push(request);
  return facts.products
    .map((product, index) => judgeProduct(byProduct[index] ?? [], product, facts.booked))
    .reduce(addVerdicts, NOTHING_WRONG);
}

export function addVerdicts(one: BooksVerdict, other: BooksVerdict): BooksVerdict {
  return {
    oversold: one.oversold + other.oversold,
    undersold: one.undersold + other.undersold,
    lost: one.lost + other.lost,
    double: one.double + other.double,
  };
}

export function isSafe({ oversold, undersold, lost, double }: BooksVerdict): boolean {
  return oversold === 0 && undersold === 0 && lost === 0 && double === 0;
}

function judgeProduct(
  requests: readonly ToldRequest[],
  { supply, onHand }: ProductBooks,
  booked: ReadonlyMap<string, number>,
): BooksVerdict {
  let promised = 0;
  let inLedger = 0;
  let missing = 0;
  let twice = 0;
  let unwanted = 0;
  const refused: number[] = [];
  for (const { requestId, quantity, told } of requests) {
    const units = booked.get(requestId) ?? 0;
    inLedger += units;
    twice += Math.max(0, units - quantity);
    if (told === 'accepted') {
      promised += quantity;
      missing += Math.max(0, quantity - units);
    }
    if (told === 'rejected' || told === 'failed') unwanted += Math.min(units, quantity);
    if (told === 'rejected' && units === 0) refused.push(quantity);
  }
  const taken = supply - onHand;
  return {
    oversold: Math.max(0, promised - supply, -onHand),
    undersold: unwanted + wronglyRefused(refused, supply - inLedger),
    lost: missing + Math.max(0, inLedger - taken),
    double: twice + Math.max(0, taken - inLedger),
  };
}

/** Stock only falls during a bout: what fits into what is left at the end fitted when it was refused. */
function wronglyRefused(refused: readonly number[], left: number): number {
  const fitting = refused.filter((quantity) => quantity <= left);
  return Math.min(
    fitting.reduce((sum, quantity) => sum + quantity, 0),
    Math.max(0, left),
  );
}
