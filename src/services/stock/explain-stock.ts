import type { Catalogue } from '../../ports/catalogue.ts';
import type { LedgerEntry, LedgerFilter, LedgerReader } from '../../ports/ledger-reader.ts';
import type { LevelProof, ProductCard, StockReader } from '../../ports/stock-reader.ts';
import { requireProduct } from './require.ts';

const LAST_MOVEMENTS = 10;

export type ProofTotals = Pick<LevelProof, 'onHand' | 'reserved' | 'ledgerSum' | 'movements'>;

/** Why a product's number is what it is: the books beside the ledger they follow from. */
export interface ExplainedStock {
  readonly product: ProductCard;
  readonly locations: readonly LevelProof[];
  readonly totals: ProofTotals;
  /** Whether on hand is the sum of the movements at every location. */
  readonly agrees: boolean;
  /** Newest first. */
  readonly lastMovements: readonly LedgerEntry[];
  readonly first: LedgerEntry | null;
  readonly lastAdjustment: LedgerEntry | null;
}

/** @throws InvError NOT_FOUND */
export async function explainStock(
  dependencies: {
    readonly catalogue: Catalogue;
    readonly stock: StockReader;
    readonly ledger: LedgerReader;
  },
  product: string,
): Promise<ExplainedStock> {
  const { catalogue, stock, ledger } = dependencies;
  const { id } = await requireProduct(catalogue, product);
  const locations = await stock.proof(id);
  const filter: LedgerFilter = { ...NO_FILTER, productId: id };
  const newest = { beforeId: null, limit: LAST_MOVEMENTS };
  const lastMovements = await collect(ledger.entries(filter, newest));
  const [lastAdjustment] = await collect(
    ledger.entries({ ...filter, kind: 'adjust' }, { beforeId: null, limit: 1 }),
  );
  return {
    product: await stock.product(id),
    locations,
    totals: totalsOf(locations),
    agrees: locations.every((level) => level.onHand === level.ledgerSum),
    lastMovements,
    first: await firstEntry(ledger, filter, locations),
    lastAdjustment: lastAdjustment ?? null,
  };
}

async function firstEntry(
  ledger: LedgerReader,
  filter: LedgerFilter,
  locations: readonly LevelProof[],
): Promise<LedgerEntry | null> {
  const ids = locations.flatMap((level) => level.firstMovementId ?? []);
  if (ids.length === 0) return null;
  const range = { beforeId: Math.min(...ids) + 1, limit: 1 };
  const [first] = await collect(ledger.entries(filter, range));
  return first ?? null;
}

async function collect<T>(values: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

const NO_FILTER: LedgerFilter = {
  productId: null,
  locationId: null,
  supplierId: null,
  kind: null,
  actor: null,
  reference: null,
  requestId: null,
  occurredFrom: null,
  occurredTo: null,
};

function totalsOf(locations: readonly LevelProof[]): ProofTotals {
  return locations.reduce(
    (sum, level) => ({
      onHand: sum.onHand + level.onHand,
      reserved: sum.reserved + level.reserved,
      ledgerSum: sum.ledgerSum + level.ledgerSum,
      movements: sum.movements + level.movements,
    }),
    { onHand: 0, reserved: 0, ledgerSum: 0, movements: 0 },
  );
}
