import { describe, expect, it } from 'vitest';
import type { Told, ToldRequest } from '../../../src/bench/fight.ts';
import { isSafe, judgeBooks, NOTHING_WRONG } from '../../../src/bench/judge-books.ts';
import type { BooksFacts } from '../../../src/bench/judge-books.ts';

/** `a 2 accepted 2`: request a wanted two units, was told accepted, and the ledger has two of them. */
function scene(supply: number, onHand: number, lines: readonly string[]) {
  const booked = new Map<string, number>();
  const requests = lines.map((line): ToldRequest => {
    const [requestId = '', quantity, told, units] = line.split(' ');
    if (units !== undefined) booked.set(requestId, Number(units));
    const rest = { product: 0, isDoubled: false, told: told as Told };
    return { requestId, quantity: Number(quantity), ...rest };
  });
  const facts: BooksFacts = { products: [{ supply, onHand }], booked };
  return judgeBooks(requests, facts);
}

describe('the books of a bout', () => {
  it.each([
    ['all sold', 5, 0, ['a 2 accepted 2', 'b 3 accepted 3', 'c 1 rejected']],
    ['too little left for the one that was refused', 5, 1, ['a 4 accepted 4', 'b 2 rejected']],
    ['a failure that was not executed', 5, 3, ['a 2 accepted 2', 'b 3 failed']],
    ['a lost answer that was booked', 5, 3, ['a 2 unknown 2']],
    ['a lost answer that was not', 5, 5, ['a 2 unknown']],
  ])('are right: %s', (_what, supply, onHand, lines) => {
    const verdict = scene(supply, onHand, lines);
    expect(verdict).toEqual(NOTHING_WRONG);
    expect(isSafe(verdict)).toBe(true);
  });

  it.each([
    [
      'oversold: more promised than there was',
      2,
      0,
      ['a 2 accepted 2', 'b 1 accepted'],
      { oversold: 1, lost: 1 },
    ],
    ['oversold: below nothing', 2, -1, ['a 3 accepted 3'], { oversold: 1 }],
    [
      'undersold: refused what was there',
      5,
      3,
      ['a 2 accepted 2', 'b 2 rejected'],
      { undersold: 2 },
    ],
    [
      'undersold, at most what is left',
      3,
      1,
      ['a 2 accepted 2', 'b 1 rejected', 'c 1 rejected'],
      { undersold: 1 },
    ],
    ['undersold: refused and booked all the same', 5, 3, ['a 2 rejected 2'], { undersold: 2 }],
    ['undersold: nothing executed, and booked', 5, 3, ['a 2 failed 2'], { undersold: 2 }],
    ['lost: no line in the ledger, stock untouched', 5, 5, ['a 2 accepted'], { lost: 2 }],
    ['lost: written over by another sale', 5, 3, ['a 2 accepted 2', 'b 2 accepted 2'], { lost: 2 }],
    ['double: two movements for one request', 5, 1, ['a 2 accepted 4'], { double: 2 }],
    ['double: taken without a line in the ledger', 5, 2, ['a 2 accepted 2'], { double: 1 }],
  ])('are wrong, %s', (...[, supply, onHand, lines, wrong]) => {
    const verdict = scene(supply, onHand, lines);
    expect(verdict).toEqual({ ...NOTHING_WRONG, ...wrong });
    expect(isSafe(verdict)).toBe(false);
  });

  it('are added up over products, so that one cannot make up for another', () => {
    const request = (product: number, told: Told): ToldRequest => ({
      requestId: `p${String(product)}`,
      ...{ product, quantity: 1, isDoubled: false, told },
    });
    const facts: BooksFacts = {
      products: [
        { supply: 1, onHand: 1 },
        { supply: 1, onHand: 0 },
      ],
      booked: new Map([['p0', 1]]),
    };
    const verdict = judgeBooks([request(0, 'accepted'), request(1, 'rejected')], facts);
    expect(verdict).toEqual({ oversold: 0, undersold: 1, lost: 1, double: 1 });
  });
});
