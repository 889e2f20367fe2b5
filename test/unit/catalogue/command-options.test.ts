import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { locationEditCommand } from '../../../src/cli/commands/location/edit.ts';
import { productAddCommand } from '../../../src/cli/commands/product/add.ts';
import type { ProductAddOptions } from '../../../src/cli/commands/product/add.ts';
import { productEditCommand } from '../../../src/cli/commands/product/edit.ts';
import { productImportCommand } from '../../../src/cli/commands/product/import.ts';
import { productListCommand } from '../../../src/cli/commands/product/list.ts';
import { supplierEditCommand } from '../../../src/cli/commands/supplier/edit.ts';
import { supplierLinkCommand } from '../../../src/cli/commands/supplier/link.ts';
import type { InvError } from '../../../src/lib/errors.ts';

/** What a command makes of its words, without running anything. */
async function parse<Options>(
  build: (run: (options: Options) => Promise<void>) => Command,
  words: readonly string[],
): Promise<Options> {
  const captured: Options[] = [];
  const command = build((options) => {
    captured.push(options);
    return Promise.resolve();
  });
  await command.exitOverride().parseAsync([...words], { from: 'user' });
  const [options] = captured;
  if (options === undefined) throw new Error('the command did not run');
  return options;
}

const refusal = (error: unknown): string => {
  const { code, message } = error as InvError;
  return `${code} ${message}`;
};

describe('inv product add', () => {
  const longSku = 'A'.repeat(10_000);
  const refused: [words: string[], message: string][] = [
    [['', '--name', 'x'], 'INVALID_INPUT SKU: is empty'],
    [[longSku, '--name', 'x'], 'INVALID_INPUT SKU: "AAAA'],
    [["X'; DROP TABLE products", '--name', 'x'], 'INVALID_INPUT SKU: "X\'; DROP TABLE'],
    [['=1+1', '--name', 'x'], 'INVALID_INPUT SKU:'],
    [['A\u202eB', '--name', 'x'], 'INVALID_INPUT SKU:'],
    [['A', '--name', ' '], 'INVALID_INPUT --name: is empty'],
    [['A', '--name', 'x'.repeat(201)], 'INVALID_INPUT --name:'],
    [['A', '--name', 'x', '--unit', 'u'.repeat(17)], 'INVALID_INPUT --unit:'],
    [['A', '--name', 'x', '--barcode', 'a b'], 'INVALID_INPUT --barcode:'],
    [['A', '--name', 'x', '--barcode', 'a', '--barcode', 'a=2'], 'INVALID_INPUT --barcode: a is'],
    [['A', '--name', 'x', '--supplier', 'a b'], 'INVALID_INPUT --supplier:'],
    [['A', '--name', 'x', '--request-id', 'a b'], 'INVALID_INPUT --request-id:'],
    ...['0x10', '1e3', '1.5', ' 5 ', '-1', 'NaN', ''].flatMap((number): [string[], string][] => [
      [['A', '--name', 'x', `--min-level=${number}`], 'INVALID_INPUT --min-level:'],
      [['A', '--name', 'x', `--safety-stock=${number}`], 'INVALID_INPUT --safety-stock:'],
    ]),
    ...['0x10', '1e3', '1,5', ' 5 ', '-1', 'NaN', '', '1.00001'].map(
      (number): [string[], string] => [['A', '--name', 'x', `--cost=${number}`], 'INVALID_INPUT --cost:'],
    ),
  ];
  test.each(refused)('%j is refused before any store is touched', async (words, message) => {
    const error: unknown = await parse(productAddCommand, words).catch((thrown: unknown) => thrown);
    expect(refusal(error)).toContain(message);
  });

  test('reads every flag into its canonical form', async () => {
    const words =
      ' mug-red |--name|Rote Tasse|--unit|box|--barcode|a=12|--barcode|b|--supplier|acme' +
      '|--min-level|20|--safety-stock|5|--cost|1.5|--request-id|r-1';
    expect(await parse(productAddCommand, words.split('|'))).toEqual({
      sku: 'MUG-RED',
      name: 'Rote Tasse',
      unit: 'box',
      barcodes: [
        { code: 'a', unitsPerScan: 12 },
        { code: 'b', unitsPerScan: 1 },
      ],
      supplier: 'ACME',
      minLevel: 20,
      safetyStock: 5,
      cost: '1.50',
      requestId: 'r-1',
    } satisfies ProductAddOptions);
  });
});

describe('an edit', () => {
  test.each([
    ['product', () => parse(productEditCommand, ['A'])],
    ['supplier', () => parse(supplierEditCommand, ['A'])],
    ['location', () => parse(locationEditCommand, ['A'])],
  ])('of a %s without anything to change is refused', async (_, run) => {
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    expect(refusal(error)).toContain('USAGE nothing to change');
  });

  test('holds what was given and nothing else; --no-cost clears', async () => {
    expect(
      await parse(productEditCommand, ['a', '--no-cost', '--min-level', '0', '--if-version', '3']),
    ).toEqual({
      product: 'a',
      changes: { cost: null, minLevel: 0 },
      ifVersion: 3,
      requestId: undefined,
    });
    expect(await parse(supplierEditCommand, ['a', '--no-phone', '--lead-days', '7'])).toEqual({
      code: 'A',
      changes: { phone: null, leadDays: 7 },
      ifVersion: null,
      requestId: undefined,
    });
  });

  test.each(['0', '-1', 'x', '1.0'])('with --if-version %s is refused', async (version) => {
    const words = ['A', '--name', 'x', `--if-version=${version}`];
    const error: unknown = await parse(productEditCommand, words).catch((thrown: unknown) => thrown);
    expect(refusal(error)).toContain('INVALID_INPUT --if-version');
  });
});

test('a link holds the terms that were given', async () => {
  expect(
    await parse(supplierLinkCommand, ['acme', 'mug', '--cost', '2', '--preferred']),
  ).toEqual({
    supplier: 'ACME',
    product: 'mug',
    terms: { cost: '2.00', preferred: true },
    requestId: undefined,
  });
});

test('a list says which page, in canonical form', async () => {
  expect(
    await parse(productListCommand, ['--search', ' Mug ', '--status', 'all', '--after', 'a', '--limit', '5']),
  ).toEqual({ search: 'Mug', status: null, supplier: null, limit: 5, after: 'A' });
});

test('a file needs a name, and leaves room for line numbers in its request id', async () => {
  const long = ['f.csv', '--request-id', 'r'.repeat(89)];
  const errors = await Promise.all(
    [[''], long].map((words) => parse(productImportCommand, words).catch(refusal)),
  );
  expect(errors).toEqual([
    expect.stringContaining('USAGE the file name is empty'),
    expect.stringContaining('INVALID_INPUT --request-id'),
  ]);
});
