import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBooked } from '../../../src/domain/posting.ts';
import type { PostingOutcome } from '../../../src/domain/posting.ts';
import type { PostingStrategy } from '../../../src/ports/posting-strategy.ts';
import { createBooks } from '../../support/books.ts';
import type { Books, DraftLine } from '../../support/books.ts';
import { openContestants, strategyNames } from '../../support/contestants.ts';
import type { Contestants } from '../../support/contestants.ts';
import { violations } from '../../support/ledger-proof.ts';
import { apply, createModel, expectation, levelOf } from '../../support/model.ts';
import type { Model, ModelRequest } from '../../support/model.ts';

/** TEST_RUNS=500 for a long night; fast-check prints seed and path of a failure. */
const RUNS = Number(process.env['TEST_RUNS'] ?? 8);
const STEPS_MAX = 25;
/** Around every sale of `lua` a pool is opened and closed: one run in four is what that takes. */
const RUNS_OF_LUA = Math.ceil(RUNS / 4);

const SKUS = ['A', 'B', 'C', 'GONE'] as const;
const PLACES = ['MAIN', 'BAY'] as const;

interface Real {
  readonly books: Books;
  readonly strategy: PostingStrategy;
  /** Sets the data of this run apart from those of other runs in the same database. */
  readonly suffix: string;
  readonly postingIds: Map<string, number>;
  /** How often an id was refused, where a refusal is for good: whoever tries again takes another. */
  readonly refusals: Map<string, number> | null;
}

type Step = fc.AsyncCommand<Model, Real>;

let books: Books;
let contestants: Contestants;
let run = 0;
beforeAll(async () => {
  books = await createBooks();
  contestants = await openContestants(books);
  await books.addLocations([{ code: 'BAY' }]);
});
afterAll(async () => {
  await contestants.close();
  await books.close();
});

describe.each(strategyNames)('the books by %s', (name) => {
  it(
    'stand as the model has them after every step',
    async () => {
      await fc.assert(
        fc.asyncProperty(steps(), (commands) =>
          fc.asyncModelRun(async () => {
            run += 1;
            const suffix = `.${String(run)}`;
            await books.addProducts(
              SKUS.map((sku) => ({
                sku: sku + suffix,
                status: sku === 'GONE' ? ('archived' as const) : ('active' as const),
              })),
            );
            const strategy = contestants.strategy(name);
            const refusals = name === 'lua' ? new Map<string, number>() : null;
            return {
              model: createModel(['GONE']),
              real: { books, strategy, suffix, postingIds: new Map<string, number>(), refusals },
            };
          }, commands),
        ),
        { numRuns: name === 'lua' ? RUNS_OF_LUA : RUNS },
      );
    },
    60_000 + RUNS * 10_000,
  );
});

/** Few products, few ids, small numbers: collisions are the point. */
function steps() {
  const sku = fc.constantFrom('A', 'A', 'B', 'B', 'C', 'GONE');
  const location = fc.constantFrom(...PLACES);
  const units = fc.integer({ min: 1, max: 9 });
  const id = fc.integer({ min: 1, max: 12 }).map((number) => `r${String(number)}`);
  const request = (lines: fc.Arbitrary<readonly DraftLine[]>) =>
    fc.record({ id, lines }).map((given) => new Post(given));
  const line = (sign: 1 | -1) =>
    fc.record({ sku, location, quantity: units.map((quantity) => sign * quantity) });
  const signedLine = fc.oneof(line(1), line(-1));
  const move = fc
    .record({ sku, quantity: units, forth: fc.boolean() })
    .map(({ quantity, forth, ...rest }) => [
      { ...rest, location: forth ? 'MAIN' : 'BAY', quantity: -quantity },
      { ...rest, location: forth ? 'BAY' : 'MAIN', quantity },
    ]);
  const counted = fc.record({ sku, location, countedLevel: fc.nat(9), quantity: fc.constant(0) });
  return fc.commands(
    [
      request(line(1).map((only) => [only])),
      request(line(-1).map((only) => [only])),
      request(fc.array(signedLine, { minLength: 2, maxLength: 4 })),
      request(move),
      request(counted.map((only) => [only])),
      fc.record({ id, target: id }).map((given) => new Undo(given.id, given.target)),
      fc.nat(99).map((at) => new Replay(at)),
      fc
        .record({
          requests: fc.uniqueArray(fc.record({ id, lines: signedLine.map((only) => [only]) }), {
            minLength: 2,
            maxLength: 5,
            selector: (item) => item.id,
          }),
          atomic: fc.boolean(),
          dryRun: fc.boolean(),
        })
        .map((given) => new Batch(given.requests, given)),
    ],
    { maxCommands: STEPS_MAX, size: 'max' },
  );
}

/** One or several requests in one transaction, as the model expects it; then the whole books. */
async function postAndCompare(
  model: Model,
  real: Real,
  requests: readonly ModelRequest[],
  { atomic = true, dryRun = false } = {},
): Promise<void> {
  const trial = copyOf(model);
  const expected = requests.map((request) => {
    const decided = expectation(trial, request);
    if (decided.status === 'posted') apply(trial, request, decided);
    return decided;
  });
  const isFine = expected.every(({ status }) => ['posted', 'replayed'].includes(status));
  const isWithheld = atomic && !isFine;
  const outcomes = await real.strategy.post(
    requests.map((request) => draftOf(real, request)),
    { atomic, dryRun },
  );
  expect(outcomes.map(({ status }) => status)).toEqual(
    expected.map(({ status }) => (isWithheld && status === 'posted' ? 'withheld' : status)),
  );
  for (const [at, outcome] of outcomes.entries()) {
    if (isBooked(outcome)) {
      const moved = outcome.posting.movements.map(({ quantity }) => quantity);
      expect(moved).toEqual(expected[at]?.deltas);
    }
    if (!dryRun) remember(real, requests[at]?.id ?? '', outcome);
  }
  if (!isWithheld && !dryRun) {
    for (const [at, request] of requests.entries()) {
      const decided = expected[at];
      if (decided?.status === 'posted') apply(model, request, decided);
    }
  }
  await compareBooks(model, real);
}

function remember({ postingIds, refusals }: Real, id: string, outcome: PostingOutcome): void {
  if (isBooked(outcome)) postingIds.set(id, outcome.posting.id);
  if (outcome.status === 'insufficient') refusals?.set(id, (refusals.get(id) ?? 0) + 1);
}

async function compareBooks(model: Model, { books, suffix }: Real): Promise<void> {
  for (const sku of SKUS) {
    for (const place of PLACES) {
      const level = await books.onHand(sku + suffix, place);
      expect([sku, place, level]).toEqual([sku, place, levelOf(model, sku, place)]);
    }
  }
  const [row] = await books.database.sql(
    "SELECT COUNT(*) AS n FROM postings WHERE request_id LIKE ? AND kind <> 'void'",
    [`%${suffix}`],
  );
  expect(Number(row?.['n'])).toBe(model.postings.size);
  expect(await violations(books.database)).toEqual({});
}

class Post implements Step {
  readonly request: ModelRequest;
  constructor(request: ModelRequest) {
    this.request = request;
  }
  check = () => true;
  run = (model: Model, real: Real) => postAndCompare(model, real, [this.request]);
  toString = () => `post ${JSON.stringify(this.request)}`;
}

/** Any request that was booked, again, word for word. */
class Replay implements Step {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
  check = (model: Readonly<Model>) => model.postings.size > 0;
  run = (model: Model, real: Real) => {
    const all = [...model.postings.values()];
    const posting = all[this.at % all.length];
    return posting === undefined
      ? Promise.resolve()
      : postAndCompare(model, real, [posting.request]);
  };
  toString = () => `replay ${String(this.at)}`;
}

class Undo implements Step {
  readonly id: string;
  readonly target: string;
  constructor(id: string, target: string) {
    this.id = id;
    this.target = target;
  }
  check = (model: Readonly<Model>) => model.postings.has(this.target);
  run = async (model: Model, real: Real) => {
    const original = model.postings.get(this.target);
    if (original === undefined) return;
    const moving = await movedLines(real, this.target);
    // A count that found no difference moved nothing: undoPosting refuses it before it gets here.
    if (moving.length === 0) return;
    await postAndCompare(model, real, [
      { id: this.id, kind: 'reversal', reversesRequest: this.target, lines: moving },
    ]);
  };
  toString = () => `undo ${this.target} as ${this.id}`;
}

class Batch implements Step {
  readonly requests: readonly ModelRequest[];
  readonly options: { readonly atomic: boolean; readonly dryRun: boolean };
  constructor(
    requests: readonly ModelRequest[],
    { atomic, dryRun }: { readonly atomic: boolean; readonly dryRun: boolean },
  ) {
    this.requests = requests;
    this.options = { atomic, dryRun };
  }
  check = () => true;
  run = (model: Model, real: Real) => postAndCompare(model, real, this.requests, this.options);
  toString = () => `batch ${JSON.stringify([this.requests, this.options])}`;
}

/** The counter-lines of a posting, from the ledger as the undo command reads them. */
async function movedLines(real: Real, requestId: string): Promise<DraftLine[]> {
  const rows = await real.books.database.sql(
    `SELECT CAST(p.sku AS CHAR) AS sku, CAST(l.code AS CHAR) AS location, m.quantity
       FROM movements m JOIN products p ON p.id = m.product_id JOIN locations l ON l.id = m.location_id
      WHERE m.posting_id = ? ORDER BY m.line DESC`,
    [real.postingIds.get(requestId) ?? -1],
  );
  return rows.map((row) => ({
    sku: String(row['sku']).replace(real.suffix, ''),
    location: String(row['location']),
    quantity: -Number(row['quantity']),
  }));
}

function draftOf({ books, suffix, postingIds, refusals }: Real, request: ModelRequest) {
  const { id, reversesRequest, lines, ...rest } = request;
  const attempt = refusals?.get(id) ?? 0;
  const reversesId = postingIds.get(reversesRequest ?? '');
  return books.draft({
    ...rest,
    id: `${id}${attempt === 0 ? '' : `-${String(attempt)}`}${suffix}`,
    lines: lines.map((line) => ({ ...line, sku: line.sku + suffix })),
    ...(reversesId === undefined ? {} : { reversesId }),
  });
}

function copyOf(model: Model): Model {
  return {
    levels: new Map(model.levels),
    postings: new Map([...model.postings].map(([id, posting]) => [id, { ...posting }])),
    archived: model.archived,
  };
}
