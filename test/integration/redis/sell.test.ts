import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bucketOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

let bench: GateBench;
beforeEach(() => {
  bench = openGate();
});
afterEach(() => bench.close());

describe('selling', () => {
  it('sells, says what is left, and writes the event', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    expect(await gate.sell(sale('r1', { quantity: 3 }))).toEqual({
      status: 'sold',
      replayed: false,
      bucketId: 1,
      epoch: 1,
      seq: 1,
      quantity: 3,
      remaining: 97,
    });
    const page = await gate.readEvents(0, { ms: 0, seq: 0 }, 100);
    expect(page.entries.map(({ events }) => events)).toMatchObject([
      [
        {
          kind: 'sale',
          requestId: 'r1',
          bucketId: 1,
          epoch: 1,
          seq: 1,
          cum: 3,
          ret: 0,
          quantity: 3,
        },
      ],
    ]);
  });
});
