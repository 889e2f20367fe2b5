import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReturnEvent, SaleEvent } from '../../../src/domain/pool.ts';
import { violations } from '../../support/ledger-proof.ts';
import { createStream, saleFingerprint, sellerOf } from '../../support/pool-events.ts';
import { createPoolLedger, writeAs } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { createStrategy } from '../../support/strategies.ts';

/** TEST_EFFORT=5 or 25 tries as many times the histories. */
const EFFORT = Number(process.env['TEST_EFFORT'] ?? 1);
const UNITS = 200;
const POOL = 120;

/** What happens between two settlements, to one of a handful of requests. */
type Step =
  /** Redis sells; `fate` is what becomes of the event: it stands in the stream, or only its record does, or neither. */
  | { readonly kind: 'sell'; readonly request: number; readonly fate: Fate }
  | { readonly kind: 'return'; readonly units: number; readonly fate: Fate }
  /** MySQL sells the same request, or answers it NO. */
  | { readonly kind: 'direct' | 'void'; readonly request: number }
  | { readonly kind: 'settle' };
type Fate = 'kept' | 'recorded' | 'lost';

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('kept' as const) },
  { weight: 1, arbitrary: fc.constant('recorded' as const) },
  { weight: 1, arbitrary: fc.constant('lost' as const) },
);
const request = fc.integer({ min: 0, max: 11 });
const steps = fc.array<Step>(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('sell' as const), request, fate }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('return' as const),
        units: fc.integer({ min: 1, max: 3 }),
        fate,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('direct' as const, 'void' as const), request }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'settle' as const }) },
  ),
  { maxLength: 40 },
);

let ledger: PoolLedger;
beforeAll(async () => {
  ledger = await createPoolLedger();
});
afterAll(() => ledger.close());

/** One unit more each, so that a request is told by its quantity too. */
const quantityOf = (of: number): number => 1 + (of % 3);

it('whatever Redis and MySQL do to the same requests, each is sold once and no unit is lost', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const { productId, sku } = await ledger.stocked(UNITS);
      const [bucket] = await ledger.open(productId, POOL);
      const seller = sellerOf(bucket!);
      const stream = createStream();
      const strategy = createStrategy('conditional', ledger.books.database.database);
      const id = (of: number): string => `model-${bucket!.id}-${of}`;
      /** What must have left the stock: by request, and without one. */
      const sold = new Map<number, number>();
      const lost = { sold: 0 };
      const voids = new Set<number>();
      let pending: (SaleEvent | ReturnEvent)[] = [];
      let records: (SaleEvent | ReturnEvent)[] = [];
      let backs = 0;

      const settle = async (): Promise<void> => {
        // A kept event shows what is missing before it; the units of it are their own request.
        pending.push(seller.giveBack(`${id(0)}-end-${(backs += 1)}`, 1));
        const entries = stream(pending);
        const first = await ledger.settle(entries);
        const outcome =
          first.status === 'gap' ? await ledger.settle(entries, { found: records }) : first;
        expect(outcome).toMatchObject({ status: 'settled', parked: 0 });
        [pending, records] = [[], []];
      };
      const happen = (event: SaleEvent | ReturnEvent, became: Fate): void => {
        if (became === 'kept') pending.push(event);
        else if (became === 'recorded') records.push(event);
      };
      for (const step of history) {
        if (step.kind === 'settle') await settle();
        else if (step.kind === 'return') {
          happen(seller.giveBack(`${id(0)}-${(backs += 1)}`, step.units), step.fate);
        } else {
          const quantity = quantityOf(step.request);
          const requestId = id(step.request);
          const fingerprint = saleFingerprint(quantity);
          if (step.kind === 'sell') {
            happen(seller.sell(requestId, quantity), step.fate);
            if (step.fate === 'lost') lost.sold += quantity;
            else sold.set(step.request, quantity);
          } else if (step.kind === 'direct') {
            const lines = [{ sku, quantity: -quantity }];
            const draft = { ...ledger.books.draft({ id: requestId, lines }), fingerprint };
            const [outcome] = await strategy.post([draft], { atomic: true, dryRun: false });
            expect(['posted', 'replayed', 'void']).toContain(outcome?.status);
            if (outcome?.status === 'posted') sold.set(step.request, quantity);
          } else {
            const notAfter = '2999-01-01T00:00:00.000000Z';
            const answer = await ledger.pools.recordVoid(
              { fingerprint, quantity, notAfter, generations: new Map() },
              writeAs(requestId),
            );
            if (answer.status === 'void') voids.add(step.request);
          }
        }
      }
      await settle();

      const left = [...sold.values()].reduce((sum, units) => sum + units, lost.sold);
      const books = await ledger.bucket(bucket!.id);
      expect(await ledger.stock(productId)).toEqual({
        onHand: UNITS - left,
        reserved: books.delegated - books.settledCum,
      });
      expect(books).toMatchObject({
        settledSeq: seller.seq,
        settledCum: seller.cum,
        settledRet: seller.ret,
        short: 0,
      });
      for (const of of sold.keys()) {
        expect(await ledger.pools.lookup(id(of))).toMatchObject({ status: 'booked' });
      }
      for (const of of voids) {
        const status = sold.has(of) ? 'booked' : 'void';
        expect(await ledger.pools.lookup(id(of))).toMatchObject({ status });
      }
      expect(await violations(ledger.books.database)).toEqual({});
    }),
    { numRuns: 15 * EFFORT },
  );
});
