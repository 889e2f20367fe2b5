import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { violations } from '../support/ledger-proof.ts';

/** `inv stock out --strategy lua`: from a pool where there is one, with the answers of the others. */

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [{ sku: 'MUG' }, { sku: 'CUP' }, { sku: 'JUG' }]);
  for (const sku of ['MUG', 'CUP', 'JUG']) await inv.json(['stock', 'in', sku, '100']);
  await inv.json(['pool', 'open', 'MUG', '20']);
});
afterAll(async () => {
  expect(await violations(inv.database)).toEqual({});
  await inv.close();
});

const out = (sku: string, quantity: string, id: string) => [
  ...['stock', 'out', sku, quantity, '--strategy', 'lua', '--request-id', id],
];
const worker = () => inv.json(['worker', 'once']);

async function refused(args: readonly string[]): Promise<readonly unknown[]> {
  const { exitCode, stdout, stderr } = await inv.run([...args, '--json']);
  expect(stdout).toBe('');
  return [exitCode, (JSON.parse(stderr) as { error: { code: unknown } }).error.code];
}

async function onHand(sku: string): Promise<number> {
  const [row] = await inv.database.sql(
    'SELECT s.on_hand FROM stock s JOIN products p ON p.id = s.product_id WHERE p.sku = ?',
    [sku],
  );
  return Number(row?.['on_hand']);
}

describe('a product with a pool', () => {
  it('is sold from it, and the books follow', async () => {
    expect(await inv.json(out('MUG', '3', 'l-1'))).toMatchObject({
      request_id: 'l-1',
      replayed: false,
      settling: true,
      kind: 'out',
      strategy: 'lua',
      posting_id: null,
      movements: [{ sku: 'MUG', location: 'MAIN', quantity: -3, available_after: 17 }],
    });
    expect(await onHand('MUG')).toBe(100);
    expect(await inv.json(out('MUG', '3', 'l-1'))).toMatchObject({ replayed: true });
    expect(await worker()).toMatchObject({ settled: 1 });
    expect(await onHand('MUG')).toBe(97);
    const history = ['stock', 'history', 'MUG', '--request-id', 'l-1'];
    expect(await inv.json(history)).toMatchObject([{ kind: 'out', quantity: -3 }]);
  });

  it('gives the answer of the ledger once it is booked, to any strategy', async () => {
    const booked = {
      replayed: true,
      kind: 'out',
      movements: [{ quantity: -3, on_hand_after: 97 }],
    };
    expect(await inv.json(out('MUG', '3', 'l-1'))).toMatchObject(booked);
    const direct = ['stock', 'out', 'MUG', '3', '--request-id', 'l-1'];
    expect(await inv.json(direct)).toMatchObject(booked);
  });

  it('refuses what the pool has not, what the id does not stand for, and changes nothing', async () => {
    expect(await refused(out('MUG', '18', 'l-2'))).toEqual([3, 'INSUFFICIENT_STOCK']);
    expect(await refused(out('MUG', '4', 'l-1'))).toEqual([5, 'REQUEST_CONFLICT']);
    expect(await inv.json(['pool', 'show', 'MUG'])).toMatchObject({ avail: 17 });
  });

  it('is tried without a trace', async () => {
    const tried = await inv.json([...out('MUG', '17', 'l-3'), '--dry-run']);
    expect(tried).toMatchObject({ dry_run: true, movements: [{ quantity: -17 }] });
    expect(await refused([...out('MUG', '18', 'l-3'), '--dry-run'])).toEqual([
      ...[3, 'INSUFFICIENT_STOCK'],
    ]);
    expect(await inv.json(['pool', 'show', 'MUG'])).toMatchObject({ avail: 17 });
  });
});

describe('a product without a pool', () => {
  it('says so, with the command that opens one', async () => {
    const result = await inv.run([...out('CUP', '1', 'c-1'), '--json']);
    expect([result.exitCode, result.stdout]).toEqual([4, '']);
    expect(JSON.parse(result.stderr)).toMatchObject({
      error: { code: 'NOT_FOUND', hint: 'inv pool open CUP QUANTITY' },
    });
    expect(await onHand('CUP')).toBe(100);
  });

  it('gets one where pools.auto_open_units says so, and sells from it', async () => {
    const env = { INV_POOLS_AUTO_OPEN_UNITS: '30' };
    expect(await inv.json(out('CUP', '4', 'c-2'), { env })).toMatchObject({
      settling: true,
      movements: [{ quantity: -4, available_after: 26 }],
    });
    expect(await inv.json(['pool', 'show', 'CUP'])).toMatchObject({ delegated: 30, avail: 26 });
    await worker();
    expect(await onHand('CUP')).toBe(96);
  });
});

describe('a file of lines', () => {
  const file = (name: string, lines: readonly string[]): string => {
    const path = join(inv.folder, name);
    writeFileSync(path, ['sku,quantity', ...lines, ''].join('\n'));
    return path;
  };
  const book = (path: string) => ['stock', 'out', '--from', path, '--strategy', 'lua', '--json'];

  it('is sold from the pools, and running it again sells nothing twice', async () => {
    const path = file('sales.csv', ['MUG,2', 'CUP,3', 'MUG,1', 'CUP,1']);
    const first = await inv.run(book(path));
    expect([first.exitCode, JSON.parse(first.stdout)], first.stderr).toMatchObject([
      ...[0, { applied: 4, replayed: 0, failed: 0 }],
    ]);
    // Before and after the worker has been there.
    for (const settle of [() => Promise.resolve(), worker]) {
      await settle();
      const again = await inv.run(book(path));
      expect([again.exitCode, JSON.parse(again.stdout)], again.stderr).toMatchObject([
        ...[0, { applied: 0, replayed: 4, failed: 0 }],
      ]);
    }
    expect([await onHand('MUG'), await onHand('CUP')]).toEqual([94, 92]);
  });

  it('refuses the lines that no pool can sell, by their numbers, and sells the others', async () => {
    const path = file('mixed.csv', ['MUG,1', 'JUG,1', 'MUG,500', 'CUP,1']);
    const { exitCode, stdout, stderr } = await inv.run(book(path));
    expect(exitCode, stderr).toBe(10);
    expect(JSON.parse(stdout)).toMatchObject({ applied: 2, failed: 2 });
    expect(stdout).toMatch(/"line":3\b.*"line":4\b/s);
    await worker();
    expect([await onHand('MUG'), await onHand('CUP'), await onHand('JUG')]).toEqual([93, 91, 100]);
  });
});
