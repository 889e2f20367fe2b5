import { describe, expect, test } from 'vitest';
import { decideProducts } from '../../../src/services/catalogue/decide-products.ts';
import type { ProductSurroundings } from '../../../src/services/catalogue/decide-products.ts';
import { parseProductFileLine } from '../../../src/services/catalogue/product-line.ts';

/** Lines as a file has them; their numbers start at 2, below the header. */
function decide(
  rows: readonly Readonly<Record<string, string>>[],
  around: Partial<ProductSurroundings> = {},
) {
  const lines = rows.map((values, index) => {
    const parsed = parseProductFileLine(values);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return { line: index + 2, spelling: values['sku'] ?? '', value: parsed.value };
  });
  return decideProducts(lines, {
    products: new Map(),
    barcodes: new Map(),
    suppliers: new Map(),
    firstLine: () => undefined,
    update: true,
    ...around,
  });
}

const mug = {
  id: 7,
  sku: 'MUG',
  name: 'Mug',
  unit: 'pcs',
  minLevel: 5,
  safetyStock: 0,
  cost: '1.25',
  version: 3,
  supplierId: null,
};
const known = { products: new Map([['MUG', mug]]) };
const nothing = { created: [], changed: [], barcodes: [], links: [] };

describe('a line that is refused', () => {
  test('names a supplier that does not exist; a later good line of the SKU defines it', () => {
    const { result, writes } = decide([
      { sku: 'a', name: 'A', supplier: 'NONE' },
      { sku: 'A', name: 'Second' },
    ]);
    expect(result.errors).toEqual([
      { line: 2, code: 'NOT_FOUND', message: 'there is no supplier NONE', sku: 'A' },
    ]);
    expect(writes.created.map(({ name, line }) => [name, line])).toEqual([['Second', 3]]);
  });

  test('would buy something new at an archived supplier', () => {
    const suppliers = new Map([['OLD', { id: 1, status: 'archived' as const }]]);
    const row = { sku: 'MUG', name: 'Mug', supplier: 'OLD' };
    expect(decide([row], { ...known, suppliers }).result.errors).toMatchObject([
      { code: 'ARCHIVED' },
    ]);
    const linked = { products: new Map([['MUG', { ...mug, supplierId: 1 }]]), suppliers };
    expect(decide([row], linked).result).toMatchObject({ errors: [], replayed: 1 });
  });

  test.each([
    ['a barcode of another product', { sku: 'X', name: 'X', barcode: 'CODE' }, 'barcode of MUG'],
    ['a known barcode with other units', { sku: 'MUG', name: 'Mug', barcode: 'CODE=6' }, '1 units'],
    ['a barcode that is a SKU', { sku: 'X', name: 'X', barcode: 'mug' }, 'the SKU of MUG'],
    ['its own SKU as a pack', { sku: 'MUG', name: 'Mug', barcode: 'MUG=6' }, 'the SKU of MUG'],
    ['a SKU that is a barcode', { sku: 'code', name: 'X' }, 'is a barcode of MUG'],
  ])('gives one code two meanings: %s', (_, row, message) => {
    const barcodes = new Map([['CODE', { sku: 'MUG', unitsPerScan: 1 }]]);
    const { result, writes } = decide([row], { ...known, barcodes });
    expect(result.errors).toEqual([
      expect.objectContaining({ line: 2, code: 'ALREADY_EXISTS', message: expect.stringContaining(message) }),
    ]);
    expect(writes).toEqual(nothing);
  });

  test('gives a code a second meaning within one batch', () => {
    const { result } = decide([
      { sku: 'A', name: 'A', barcode: 'one;small' },
      { sku: 'B', name: 'B', barcode: 'one' },
      { sku: 'SMALL', name: 'C' },
      { sku: 'D', name: 'D', barcode: 'A' },
    ]);
    expect(result.errors.map(({ line, message }) => [line, message])).toEqual([
      [3, 'barcode one is a barcode of A already'],
      [4, 'the code SMALL is a barcode of A already'],
      [5, 'barcode A is the SKU of A already'],
    ]);
    expect(result.created).toBe(1);
  });
});

describe('a line that is good', () => {
  test('creates a product with what is usual where it says nothing', () => {
    const { result, writes } = decide([{ sku: 'a-1', name: '中文', barcode: 'x;y=12' }]);
    expect(result).toMatchObject({ created: 1, updated: 0, replayed: 0, errors: [] });
    const fields = { name: '中文', unit: 'pcs', minLevel: 0, safetyStock: 0, cost: null };
    expect(writes).toEqual({
      ...nothing,
      created: [{ sku: 'A-1', line: 2, ...fields }],
      barcodes: [
        { sku: 'A-1', line: 2, code: 'x', unitsPerScan: 1 },
        { sku: 'A-1', line: 2, code: 'y', unitsPerScan: 12 },
      ],
    });
  });

  test('writes nothing when the product is so already; an empty cell says nothing', () => {
    const { result, writes } = decide([{ sku: 'mug', name: 'Mug', cost: '', min_level: '5' }], known);
    expect(result).toMatchObject({ created: 0, updated: 0, replayed: 1 });
    expect(writes).toEqual(nothing);
  });

  test('changes only what it says', () => {
    const { result, writes } = decide([{ sku: 'MUG', name: 'Big mug', min_level: '9' }], known);
    expect(result.updated).toBe(1);
    expect(writes.changed).toEqual([
      {
        id: 7,
        version: 3,
        sku: 'MUG',
        line: 2,
        name: 'Big mug',
        unit: 'pcs',
        minLevel: 9,
        safetyStock: 0,
        cost: '1.25',
      },
    ]);
  });

  test('leaves what exists as it is with --no-update', () => {
    const { result, writes } = decide([{ sku: 'MUG', name: 'Big mug' }], { ...known, update: false });
    expect(result).toMatchObject({ updated: 0, replayed: 0, kept: 1 });
    expect(writes).toEqual(nothing);
  });
});

describe('a later line of the same SKU', () => {
  test('changes nothing, and says whether it differs', () => {
    const { result, writes } = decide([
      { sku: '85123A', name: 'Holder', cost: '2.55' },
      { sku: '85123a', name: 'Holder', cost: '2.55' },
      { sku: '85123A', name: 'wrong code' },
      { sku: '85123A', name: 'Holder', barcode: 'new' },
    ]);
    expect(writes.created).toHaveLength(1);
    expect(result).toMatchObject({ created: 1, replayed: 3 });
    expect(result.repeated.map(({ line, firstLine, differs }) => [line, firstLine, differs])).toEqual([
      [3, 2, false],
      [4, 2, true],
      [5, 2, true],
    ]);
  });

  test('is one also when an earlier batch of the file has the first', () => {
    const { result, writes } = decide([{ sku: 'MUG', name: 'Another' }], {
      ...known,
      firstLine: () => 17,
    });
    expect(result.repeated).toEqual([
      { code: 'MUG', spelling: 'MUG', line: 2, firstLine: 17, differs: true },
    ]);
    expect(writes).toEqual(nothing);
  });
});
