import { describe, expect, it } from 'vitest';
import { INVARIANTS } from '../../../src/loadtest/verdict/invariant.ts';
import { CLEAN, idOf, verdictOf, withProduct, withTold } from './verdict-scene.ts';
import type { Scene, Told } from './verdict-scene.ts';

const brokenBy = (scene: Scene): readonly string[] =>
  verdictOf(scene).flatMap(({ id, holds }) => (holds ? [] : [id]));
const isRequest =
  (request: number, kind: Told['kind'] = 'first') =>
  (told: Told): boolean =>
    told.request === request && told.kind === kind;
const rowsBut = (request: number): Scene['rows'] =>
  CLEAN.rows.filter(({ requestId }) => requestId !== idOf(request));

const HOLD = {
  request: 8,
  buyer: 8,
  quantity: 2,
  action: 'hold',
  kind: 'first',
  outcome: 'held',
} as const;
/** A hold that began at 20 is not over then. */
const LASTING = [100, 101] as const;

describe('a run without fault', () => {
  it('passes all ten invariants, each with a sentence of evidence', () => {
    const verdict = verdictOf(CLEAN);
    expect(verdict.map(({ id, name }) => [id, name])).toEqual(Object.entries(INVARIANTS));
    expect(brokenBy(CLEAN)).toEqual([]);
    expect(verdict.every(({ applies }) => applies)).toBe(true);
    for (const { evidence } of verdict) expect(evidence['summary']).toMatch(/\d/);
  });

  it('is not judged by what it does not have', () => {
    const verdict = verdictOf({ ...withProduct({ pool: null, gate: null }), perBuyer: null });
    expect(verdict.filter(({ applies }) => !applies).map(({ id }) => id)).toEqual(['I5', 'I8']);
  });
});

describe('each fault is caught by its own invariant', () => {
  const lost = withProduct({
    stock: { onHandAfter: 2 },
    pool: { delegated: 8, settledCum: 8, sold: 8 },
    gate: { delegated: 8, cum: 8 },
  });
  const heldForEver = withProduct({
    stock: { onHandBefore: 11, onHandAfter: 1, reservedAfter: 1 },
    pool: { delegated: 11 },
    gate: { delegated: 11, held: 1 },
  });

  // Late enough that the units of the expired hold must be back.
  const refusedBeforeTheLast = withTold(
    isRequest(6),
    { at: [6_010, 6_011] },
    withTold(isRequest(7), { at: [6_000, 6_001] }),
  );

  it.each<[string, Scene, readonly string[]]>([
    ['more acknowledged than was for sale', withProduct({ forSale: 9 }), ['I1']],
    ['more settled than was delegated', withProduct({ pool: { short: 1 } }), ['I1']],
    ['"sold out" with units left', refusedBeforeTheLast, ['I2']],
    ['an accepted order that is lost', { ...lost, rows: rowsBut(0) }, ['I3']],
    [
      'a row of a stranger in place of an accepted order',
      { ...CLEAN, rows: [...rowsBut(0), { ...CLEAN.rows[0]!, requestId: 'somebody' }] },
      ['I3'],
    ],
    [
      'an order booked twice',
      {
        ...CLEAN,
        rows: [...rowsBut(0), ...[1, 2].map(() => ({ ...CLEAN.rows[0]!, quantity: 1 }))],
      },
      ['I3', 'I4'],
    ],
    [
      'an order booked with other units',
      {
        ...CLEAN,
        rows: CLEAN.rows.map((row, at) => ({ ...row, quantity: [1, 4, 3, 2][at]! })),
      },
      ['I3', 'I5'],
    ],
    [
      'a second click that is refused',
      withTold(isRequest(0, 'double'), { outcome: 'sold_out' }),
      ['I4'],
    ],
    [
      'a second click that sells again',
      withTold(isRequest(0, 'double'), { replayed: false }),
      ['I4'],
    ],
    ['a request called a conflict', withTold(isRequest(7), { outcome: 'conflict' }), ['I4']],
    ['a buyer above his limit', { ...CLEAN, perBuyer: 2 }, ['I5']],
    ['a buyer stopped below his limit', withTold(isRequest(4), { buyer: 9 }), ['I5']],
    [
      'a refused request that is booked in place of an accepted one',
      { ...CLEAN, rows: [...rowsBut(6), { ...CLEAN.rows[3]!, requestId: idOf(7) }] },
      ['I3', 'I6'],
    ],
    ['a hold that outlives the run', heldForEver, ['I6']],
    ['a unit that has vanished', withProduct({ stock: { onHandBefore: 11 } }), ['I7']],
    ['a pool that does not add up', withProduct({ pool: { sold: 9 } }), ['I7']],
    ['counters that Redis calls unsound', withProduct({ gate: { isSound: false } }), ['I7']],
    ['stores that differ', withProduct({ gate: { avail: 1, cum: 9 } }), ['I8']],
    ['a sale on its way', { ...CLEAN, facts: { ...CLEAN.facts, unsettled: 1 } }, ['I8']],
    ['an event set aside', { ...CLEAN, facts: { ...CLEAN.facts, parked: 1 } }, ['I8']],
    ['an answer below zero', { ...CLEAN, remainingMin: -1 }, ['I9']],
    [
      'a row below zero',
      { ...CLEAN, rows: CLEAN.rows.map((row) => ({ ...row, onHandAfter: row.onHandAfter! - 1 })) },
      ['I9'],
    ],
    [
      'an answer nobody ever found',
      withTold(isRequest(5, 'resolve'), { outcome: 'unknown' }),
      ['I10'],
    ],
  ])('%s', (_, scene, expected) => {
    expect(brokenBy(scene)).toEqual(expected);
  });

  it('with the first offending requests and all their answers as evidence', () => {
    const found = verdictOf({ ...lost, rows: rowsBut(0) }).find(({ id }) => id === 'I3');
    expect(found?.evidence).toMatchObject({
      lost: 1,
      offenders: [
        {
          request_id: idOf(0),
          sku: 'LT-1',
          quantity: 2,
          answers: [
            { kind: 'first', outcome: 'accepted', replayed: false, at_ms: 10, took_ms: 2 },
            { kind: 'double', outcome: 'accepted', replayed: true },
          ],
          booked: { rows: 0, units: 0 },
        },
      ],
    });
  });
});

describe('the evidence', () => {
  it('says how much of what it counts came in the warm-up', () => {
    const summaryOf = (scene: Scene): unknown =>
      verdictOf(scene).find(({ id }) => id === 'I3')?.evidence['summary'];
    expect(summaryOf({ ...CLEAN, warmUp: [0, 6] })).toMatch(/^4 accepted \(2 in the warm-up\), /);
    expect(summaryOf(CLEAN)).toMatch(/^4 accepted, /);
  });
});

describe('what is no fault', () => {
  const lapsed: readonly Told[] = [
    { ...HOLD, request: 8, outcome: 'unknown', at: [6_000, 6_010] },
    { ...HOLD, request: 8, outcome: 'no_hold', kind: 'resolve', at: [7_000, 7_001] },
    { ...HOLD, request: 9, action: 'order', outcome: 'sold_out', at: [6_020, 6_021] },
  ];
  const heldTooBriefly: readonly Told[] = [
    { ...HOLD, request: 8, outcome: 'no_hold', at: [6_000, 7_001] },
    { ...HOLD, request: 9, action: 'order', outcome: 'sold_out', at: [6_020, 6_021] },
  ];
  const lateOrders = withTold(
    isRequest(6),
    { at: [6_300, 6_301] },
    withTold(isRequest(7), { at: [6_400, 6_401] }),
  );
  const unconfirmed = withProduct({
    stock: { onHandAfter: 3, reservedAfter: 3 },
    pool: { settledCum: 7, sold: 7 },
    gate: { avail: 3, cum: 7 },
  });
  const heardLate: readonly Told[] = [
    { ...HOLD, request: 1, quantity: 3, outcome: 'unknown', at: [20, 25] },
    { ...HOLD, request: 1, quantity: 3, kind: 'double', replayed: true, at: [70, 71] },
    {
      ...{ ...HOLD, request: 1, quantity: 3, at: [130, 131] },
      ...{ action: 'confirm', kind: 'confirm', outcome: 'no_hold' },
    },
  ];

  it.each<[string, Scene]>([
    [
      'units of a hold that has just expired are missed',
      withTold(isRequest(6), { at: [140, 141] }),
    ],
    [
      'an answer was lost, and the order is not in the books',
      {
        ...withTold(isRequest(5, 'resolve'), { outcome: 'sold_out', replayed: false }),
        ...withProduct({
          forSale: 7,
          stock: { onHandBefore: 7 },
          pool: { delegated: 7, settledCum: 7, sold: 7 },
          gate: { delegated: 7, cum: 7 },
        }),
        told: withTold(isRequest(5, 'resolve'), { outcome: 'sold_out', replayed: false }).told,
        rows: rowsBut(5),
      },
    ],
    [
      'a recorded NO is no trace',
      {
        ...CLEAN,
        rows: [...CLEAN.rows, { requestId: idOf(7), product: 0, quantity: 0, onHandAfter: null }],
      },
    ],
    [
      'a hold whose answer was lost had units until it was over',
      { ...lateOrders, told: [...lateOrders.told, ...lapsed] },
    ],
    [
      'a hold whose answer came when it was over had units until then',
      { ...lateOrders, told: [...lateOrders.told, ...heldTooBriefly] },
    ],
    [
      'a hold is over by the time of its first start, though only the second was heard of',
      {
        ...unconfirmed,
        told: [...CLEAN.told.filter(({ request }) => request !== 1), ...heardLate],
        rows: rowsBut(1),
      },
    ],
  ])('%s', (_, scene) => {
    expect(brokenBy(scene)).toEqual([]);
  });

  it('but a hold that was refused while it lasted is one', () => {
    const told = heardLate.map((one) => (one.kind === 'confirm' ? { ...one, at: LASTING } : one));
    const others = CLEAN.told.filter(({ request }) => request !== 1);
    const scene = { ...unconfirmed, told: [...others, ...told], rows: rowsBut(1) };
    expect(brokenBy(scene)).toEqual(['I4']);
  });
});
