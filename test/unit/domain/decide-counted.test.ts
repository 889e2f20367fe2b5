import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, keyText } from '../../../src/domain/decide.ts';
import type { Balance } from '../../../src/domain/decide.ts';
import { fingerprint } from '../../../src/domain/fingerprint.ts';
import type { PostingDraft, PostingLine } from '../../../src/domain/posting.ts';

const MUG = { productId: 1, sku: 'MUG', locationId: 1, location: 'MAIN', unitCost: null };

const counted = (level: number): PostingLine => ({ ...MUG, quantity: 0, countedLevel: level });
const moved = (quantity: number): PostingLine => ({ ...MUG, quantity });

function draft(requestId: string, ...lines: readonly PostingLine[]): PostingDraft {
  return {
    requestId,
    fingerprint: '00'.repeat(32),
    kind: 'adjust',
    origin: { actor: 'a', host: 'h', source: 'cli' },
    reason: null,
    reference: null,
    supplierId: null,
    occurredAt: null,
    reversesId: null,
    lines,
  };
}

function balances(onHand: number, changes: Partial<Balance> = {}): ReadonlyMap<string, Balance> {
  const balance = { productId: 1, locationId: 1, onHand, reserved: 0, version: 7, archived: null };
  return new Map([[keyText(MUG), { ...balance, ...changes }]]);
}

function quantities(drafts: readonly PostingDraft[], known: ReadonlyMap<string, Balance>) {
  return decide(drafts, known).verdicts.map((verdict) =>
    verdict.status === 'accepted' ? verdict.lines.map((line) => line.quantity) : verdict.status,
  );
}

describe('a counted level', () => {
  it('is refused where it would take what is reserved', () => {
    const { verdicts, changes } = decide([draft('r', counted(3))], balances(10, { reserved: 4 }));
    expect(verdicts).toEqual([
      {
        status: 'insufficient',
        shortages: [{ sku: 'MUG', location: 'MAIN', wanted: 7, onHand: 10, reserved: 4 }],
      },
    ]);
    expect(changes).toEqual([]);
  });

  it('is refused for what is archived, even when it is the level of the books', () => {
    const known = balances(10, { archived: 'product MUG' });
    expect(quantities([draft('r', counted(10))], known)).toEqual(['archived']);
  });

  it('changes nothing where the books say the same, also without a stock row', () => {
    expect(quantities([draft('r', counted(10))], balances(10))).toEqual([[]]);
    expect(quantities([draft('r', counted(0))], new Map())).toEqual([[]]);
  });

  it('becomes the difference to the balance that it is booked on', () => {
    expect(decide([draft('r', counted(12))], balances(10))).toEqual({
      verdicts: [{ status: 'accepted', lines: [{ ...counted(12), quantity: 2 }] }],
      changes: [{ productId: 1, locationId: 1, delta: 2, version: 7 }],
    });
  });

  it('sees what drafts and lines before it did', () => {
    const drafts = [
      draft('a', moved(-4)),
      draft('b', counted(5)),
      draft('c', moved(1), counted(0)),
    ];
    expect(quantities(drafts, balances(10))).toEqual([[-4], [-1], [1, -6]]);
  });

  it('is what is on hand afterwards, whatever was there', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 5 }),
        (onHand, levels) => {
          const drafts = levels.map((level, at) => draft(String(at), counted(level)));
          const [change] = decide(drafts, balances(onHand)).changes;
          expect(onHand + (change?.delta ?? 0)).toBe(levels.at(-1));
        },
      ),
    );
  });
});

describe('the fingerprint of a counted level', () => {
  const of = (line: PostingLine) =>
    fingerprint({
      kind: 'adjust',
      lines: [line],
      reason: null,
      reference: null,
      supplier: null,
      occurredAt: null,
    });

  it('is that of the level asked for, not of the change that followed', () => {
    expect(of({ ...counted(5), quantity: 3 })).toBe(of({ ...counted(5), quantity: -2 }));
    expect(new Set([of(counted(5)), of(counted(6)), of(moved(5)), of(moved(0))]).size).toBe(4);
  });
});
