import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, lockOrder } from '../../../src/domain/decide.ts';
import type { Balance } from '../../../src/domain/decide.ts';
import { fingerprint } from '../../../src/domain/fingerprint.ts';
import { ON_HAND_MAX } from '../../../src/domain/posting.ts';
import type { PostingDraft } from '../../../src/domain/posting.ts';

type Line = readonly [productId: number, quantity: number, countedLevel?: number];

function draft(requestId: string, ...lines: readonly Line[]): PostingDraft {
  return {
    requestId,
    fingerprint: '',
    kind: 'adjust',
    origin: { actor: 'a', host: 'h', source: 's' },
    reason: null,
    reference: null,
    supplierId: null,
    occurredAt: null,
    reversesId: null,
    lines: lines.map(([productId, quantity, countedLevel]) => ({
      productId,
      sku: `P${String(productId)}`,
      locationId: 1,
      location: 'MAIN',
      quantity,
      ...(countedLevel === undefined ? {} : { countedLevel }),
      unitCost: null,
    })),
  };
}

function balances(
  ...rows: readonly (readonly [productId: number, onHand: number, reserved?: number])[]
) {
  return new Map(
    rows.map(([productId, onHand, reserved = 0]): [string, Balance] => [
      `${String(productId)}:1`,
      { productId, locationId: 1, onHand, reserved, version: 7, archived: null },
    ]),
  );
}

const statuses = (drafts: readonly PostingDraft[], read: ReadonlyMap<string, Balance>) =>
  decide(drafts, read).verdicts.map(({ status }) => status);

describe('a decision', () => {
  it('refuses a whole draft for one line, and lists every shortage', () => {
    const read = balances([1, 5], [2, 3, 3]);
    expect(decide([draft('a', [3, 1], [1, -6], [2, -1])], read)).toEqual({
      verdicts: [
        {
          status: 'insufficient',
          shortages: [
            { sku: 'P1', location: 'MAIN', wanted: 6, onHand: 5, reserved: 0 },
            { sku: 'P2', location: 'MAIN', wanted: 1, onHand: 3, reserved: 3 },
          ],
        },
      ],
      changes: [],
    });
  });

  it('lets a later draft have what a refused one did not take', () => {
    const read = balances([1, 5]);
    const drafts = [
      draft('a', [1, -3]),
      draft('b', [1, -3]),
      draft('c', [1, -2]),
      draft('d', [1, -1]),
    ];
    expect(statuses(drafts, read)).toEqual([
      'accepted',
      'insufficient',
      'accepted',
      'insufficient',
    ]);
    expect(decide(drafts, read).changes).toEqual([
      { productId: 1, locationId: 1, delta: -5, version: 7 },
    ]);
  });

  it('names what is archived before what is short', () => {
    const read = balances([1, 0], [2, 0]);
    const archived = new Map(read).set('2:1', {
      ...balances([2, 0]).get('2:1')!,
      archived: 'product P2',
    });
    expect(decide([draft('a', [1, -1], [2, 1])], archived).verdicts).toEqual([
      { status: 'archived', what: 'product P2' },
    ]);
  });

  it('stops where numbers would no longer be exact', () => {
    const read = balances([1, ON_HAND_MAX - 1]);
    expect(statuses([draft('a', [1, 1]), draft('b', [1, 1])], read)).toEqual([
      'accepted',
      'beyond_limit',
    ]);
    expect(statuses([draft('c', [1, 9], [1, -8])], read)).toEqual(['accepted']);
  });

  it('compares a counted level with what the lines before it left', () => {
    const read = balances([1, 5]);
    const decision = decide(
      [draft('a', [1, -2]), draft('b', [1, 0, 3]), draft('c', [1, 0, 1])],
      read,
    );
    expect(decision.verdicts.map(({ status }) => status)).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ]);
    expect(decision.verdicts[1]).toEqual({ status: 'accepted', lines: [] });
    expect(decision.changes).toMatchObject([{ delta: -4 }]);
  });

  it('never takes more than is available, and changes exactly what it accepts', () => {
    const line = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: -9, max: 9 }).filter((n) => n !== 0),
    );
    const given = fc.record({
      levels: fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { minLength: 3, maxLength: 3 }),
      drafts: fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(given, ({ levels, drafts }) => {
        const read = balances(
          ...levels.map(([a, b], at) => [at + 1, Math.max(a, b), Math.min(a, b)] as const),
        );
        const asked = drafts.map((lines, at) => draft(String(at), ...lines));
        const { verdicts, changes } = decide(asked, read);
        const sums = new Map<number, number>();
        for (const verdict of verdicts) {
          if (verdict.status !== 'accepted') continue;
          for (const { productId, quantity } of verdict.lines) {
            sums.set(productId, (sums.get(productId) ?? 0) + quantity);
          }
        }
        expect(new Map(changes.map(({ productId, delta }) => [productId, delta]))).toEqual(sums);
        for (const { productId, delta } of changes) {
          const { onHand, reserved } = read.get(`${String(productId)}:1`)!;
          expect(onHand + delta).toBeGreaterThanOrEqual(reserved);
        }
        expect(changes.map(({ productId }) => productId)).toEqual(
          [...sums.keys()].sort((a, b) => a - b),
        );
      }),
    );
  });
});

it('rows are locked in one order, each once, whatever order they are named in', () => {
  const key = fc.record({ productId: fc.nat(3), locationId: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(key), (keys) => {
      const order = lockOrder(keys);
      expect(lockOrder(keys.toReversed())).toEqual(order);
      expect(new Set(order.map((it) => JSON.stringify(it))).size).toBe(order.length);
      for (const it of keys) expect(order).toContainEqual(it);
    }),
  );
});

describe('a fingerprint', () => {
  const content = {
    kind: 'out',
    lines: [{ sku: 'A', location: 'MAIN', quantity: -1, unitCost: null }],
    reason: null,
    reference: null,
    supplier: null,
    occurredAt: null,
  };
  const [line] = content.lines;

  it('is the same for the same content, and 64 hexadecimal digits', () => {
    expect(fingerprint({ ...content })).toBe(fingerprint(structuredClone(content)));
    expect(fingerprint(content)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('differs for each thing that may differ', () => {
    const others = [
      content,
      { ...content, kind: 'adjust' },
      { ...content, reason: 'x' },
      { ...content, reference: 'x' },
      { ...content, supplier: 'x' },
      { ...content, occurredAt: 'x' },
      { ...content, lines: [] },
      { ...content, lines: [line!, line!] },
      { ...content, lines: [{ ...line!, sku: 'B' }] },
      { ...content, lines: [{ ...line!, location: 'B' }] },
      { ...content, lines: [{ ...line!, quantity: 1 }] },
      { ...content, lines: [{ ...line!, unitCost: '1.00' }] },
      { ...content, lines: [{ ...line!, quantity: 0, countedLevel: 0 }] },
      { ...content, lines: [{ ...line!, quantity: 0, countedLevel: 1 }] },
    ];
    expect(new Set(others.map(fingerprint)).size).toBe(others.length);
  });
});
