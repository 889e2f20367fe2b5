import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandTree } from '../support/command-tree.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { violations } from '../support/ledger-proof.ts';

/**
 * Each command on data once as a process of its own, to its good end. Tests of what it does may then
 * call it inside their own process.
 */

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  writeFileSync(join(inv.folder, 'products.csv'), 'sku,name\nPEN,Pen\n');
  writeFileSync(join(inv.folder, 'suppliers.csv'), 'code,name\nBEST,Best\n');
  writeFileSync(join(inv.folder, 'lines.csv'), 'sku,quantity,reference\nMUG,5,PO-2\n');
});
afterAll(async () => {
  expect(await violations(inv.database)).toEqual({});
  await inv.close();
});

/** One after the other: what a command needs, those before it have made. */
const WRITES: readonly string[] = [
  'product add MUG --name Mug',
  'product add CUP --name Cup',
  'product edit MUG --min-level 500',
  'product barcode add MUG 4006381333931',
  'product barcode remove 4006381333931',
  'product import products.csv',
  'product archive PEN --yes',
  'supplier add ACME --name Acme',
  'supplier edit ACME --name Acme-Ltd',
  'supplier link ACME MUG --cost 1.25',
  'supplier unlink ACME MUG',
  'supplier import suppliers.csv',
  'supplier archive BEST --yes',
  'location add BAY',
  'location edit BAY --name Bay',
  'location add OLD',
  'location archive OLD --yes',
  'stock in MUG 100 --request-id in-1',
  'stock out MUG 1',
  'stock adjust MUG +1',
  'stock move MUG 10 --to BAY',
  'stock import lines.csv',
  'stock in CUP 5 --request-id in-2',
  'stock undo in-2',
  'pool open MUG 40',
  'pool top-up MUG 10',
  'order place MUG 2',
  'order place MUG 3 --hold 15m --request-id sold',
  'order confirm sold',
  'order place MUG 3 --hold 15m --request-id given-back',
  'order cancel given-back',
  'worker once',
  'worker recover',
  'reconcile check',
];

/** None of them says the time, so that two answers are the same. */
const READS: readonly string[] = [
  'product list',
  'product show MUG',
  'product export',
  'supplier list',
  'supplier show ACME',
  'supplier export',
  'location list',
  'stock show MUG',
  'stock list',
  'stock low',
  'stock history',
  'pool list',
  'pool show MUG',
  'order show sold',
  'order list',
  'worker parked list',
  'reconcile history',
  'reconcile show last',
];

/** What needs trouble first, or never ends by itself, is run as a process where there is trouble. */
const ELSEWHERE = [
  'pool close',
  'pool release',
  'reconcile apply',
  'stock why',
  'worker parked discard',
  'worker parked retry',
  'worker run',
  'worker status',
  'worker unfreeze',
];

it('ends well as a process, command by command', async () => {
  for (const command of WRITES) {
    const { exitCode, stderr } = await inv.run([...command.split(' '), '--json']);
    expect([command, exitCode, stderr]).toEqual([command, 0, '']);
  }
});

it.each(READS)('%s answers the same as a process and inside the test', async (command) => {
  const args = [...command.split(' '), '--format', command.endsWith('export') ? 'csv' : 'json'];
  const answer = await inv.run(args);
  expect(await inv.inside(args)).toEqual(answer);
  expect([answer.exitCode, answer.stderr]).toEqual([0, '']);
});

it('leaves out no command', async () => {
  const groups = ['product', 'supplier', 'location', 'stock', 'pool', 'order', 'worker'];
  const isData = (group: string): boolean => [...groups, 'reconcile'].includes(group);
  const leaves = (await commandTree(isData, () => '1')).map(({ words }) => words.join(' '));
  const lines = [...WRITES, ...READS, ...ELSEWHERE];
  const isMet = (leaf: string): boolean =>
    lines.some((line) => line === leaf || line.startsWith(`${leaf} `));
  expect(leaves.length).toBeGreaterThan(50);
  expect(leaves.filter((leaf) => !isMet(leaf))).toEqual([]);
});
