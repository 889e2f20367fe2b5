import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposeOrder } from '../../../src/domain/order-proposal.ts';
import type { Offer } from '../../../src/domain/order-proposal.ts';

function offer(supplier: string, changes: Partial<Offer> = {}): Offer {
  return {
    supplier,
    supplierSku: null,
    cost: null,
    leadDays: null,
    minimumOrder: null,
    isPreferred: false,
    ...changes,
  };
}

const lack = { available: 8, minLevel: 20, cost: null, offers: [] };

describe('what to order', () => {
  it('is what is missing, at no known price, when nobody sells it', () => {
    expect(proposeOrder(lack)).toEqual({
      missing: 12,
      offer: null,
      cost: null,
      quantity: 12,
      value: null,
    });
  });

  it.each([
    [
      'the preferred supplier, though dearer',
      [offer('A', { cost: '1.00' }), offer('B', { cost: '2.00', isPreferred: true })],
      'B',
    ],
    ['the cheapest', [offer('A', { cost: '10.00' }), offer('B', { cost: '9.50' })], 'B'],
    ['one with a price before one without', [offer('A'), offer('B', { cost: '9.50' })], 'B'],
    ['the first by code among equals', [offer('B'), offer('A')], 'A'],
  ])('comes from %s', (_title, offers, supplier) => {
    expect(proposeOrder({ ...lack, offers }).offer?.supplier).toBe(supplier);
  });

  it('is the minimum order where that is more, at the cost of the supplier', () => {
    const offers = [offer('A', { cost: '0.0125', minimumOrder: 144 })];
    expect(proposeOrder({ ...lack, cost: '9.00', offers })).toMatchObject({
      quantity: 144,
      cost: '0.0125',
      value: '1.80',
    });
    expect(
      proposeOrder({ ...lack, cost: '9.00', offers: [offer('A', { minimumOrder: 5 })] }),
    ).toMatchObject({ quantity: 12, cost: '9.00', value: '108.00' });
  });

  it('is worth quantity × cost to the last digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), fc.nat(10 ** 9), (minLevel, tenths) => {
        const cost = `${String(Math.floor(tenths / 10_000))}.${String(tenths % 10_000).padStart(4, '0')}`;
        const { value } = proposeOrder({ ...lack, available: 0, minLevel, cost });
        const [whole = '', decimals = ''] = (value ?? '').split('.');
        expect(decimals).toMatch(/^[0-9]{2}([0-9]?[1-9])?$/);
        expect(BigInt(whole + decimals.padEnd(4, '0'))).toBe(BigInt(minLevel) * BigInt(tenths));
      }),
    );
  });
});
