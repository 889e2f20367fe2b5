import { describe, expect, it } from 'vitest';

import {
  parseProductLine,
  parseStockLine,
  parseSupplierLine,
} from '../../../../src/domain/parse/lines.ts';

describe('a stock line', () => {
  it('names everything that is wrong with it at once', () => {
    const raw = {
      sku: 'a b',
      quantity: '1.5',
      location: '?',
      cost: '1,25',
      request_id: 'a b',
      occurred_at: 'soon',
      reason: ' ',
      supplier: '',
    };
    const line = parseStockLine(raw, { signed: false });
    expect(line.ok ? [] : line.problems.map(({ column }) => column)).toEqual([
      'sku',
      'quantity',
      'location',
      'reason',
      'cost',
      'request_id',
      'occurred_at',
    ]);
  });

  it('lacks what is required', () => {
    expect(parseStockLine({}, { signed: false })).toEqual({
      ok: false,
      problems: [
        { column: 'sku', message: 'is empty; a SKU has 1 to 64 characters' },
        { column: 'quantity', message: 'is empty; write a whole number (1 to 1000000000000)' },
      ],
    });
  });

  it('takes a negative quantity only in a ledger', () => {
    const raw = { sku: 'MUG', quantity: '-3' };
    expect(parseStockLine(raw, { signed: false })).toMatchObject({ ok: false });
    expect(parseStockLine(raw, { signed: true })).toMatchObject({
      ok: true,
      value: { quantity: -3 },
    });
  });

  it('becomes values, an empty cell meaning the same as none', () => {
    const raw = {
      sku: 'mug',
      quantity: '5',
      location: 'main',
      reference: 'PO 1',
      cost: '1.2',
      occurred_at: '2010-12-01',
      reason: '',
    };
    expect(parseStockLine(raw, { signed: false })).toEqual({
      ok: true,
      value: {
        sku: 'MUG',
        quantity: 5,
        location: 'MAIN',
        reference: 'PO 1',
        reason: undefined,
        supplier: undefined,
        cost: '1.20',
        requestId: undefined,
        occurredAt: new Date('2010-12-01T00:00:00Z'),
      },
    });
  });
});

describe('a product line', () => {
  it('names everything that is wrong with it at once', () => {
    const raw = {
      sku: '',
      name: ' ',
      unit: 'x'.repeat(17),
      barcode: 'A;b c',
      min_level: '-1',
      safety_stock: 'x',
      cost: 'x',
      supplier: '!',
    };
    const line = parseProductLine(raw);
    expect(line.ok ? [] : line.problems.map(({ column }) => column)).toEqual([
      'sku',
      'name',
      'unit',
      'barcode',
      'min_level',
      'safety_stock',
      'cost',
      'supplier',
    ]);
  });

  it('becomes values, each barcode once', () => {
    expect(
      parseProductLine({ sku: 'mug', name: 'Mug', barcode: '50; 51 ;50;', min_level: '0' }),
    ).toEqual({
      ok: true,
      value: {
        sku: 'MUG',
        name: 'Mug',
        unit: undefined,
        barcodes: ['50', '51'],
        minLevel: 0,
        safetyStock: undefined,
        cost: undefined,
        supplier: undefined,
      },
    });
  });
});

describe('a supplier line', () => {
  it('names everything that is wrong with it at once', () => {
    const line = parseSupplierLine({ lead_days: '-1', phone: 'x'.repeat(65) });
    expect(line.ok ? [] : line.problems.map(({ column }) => column)).toEqual([
      'code',
      'name',
      'phone',
      'lead_days',
    ]);
  });

  it('becomes values', () => {
    expect(
      parseSupplierLine({
        code: '1',
        name: 'Exotic Liquids',
        phone: '(171) 555-2222',
        lead_days: '14',
      }),
    ).toEqual({
      ok: true,
      value: {
        code: '1',
        name: 'Exotic Liquids',
        contact: undefined,
        phone: '(171) 555-2222',
        email: undefined,
        leadDays: 14,
      },
    });
  });
});
