import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

/** A sale of a pool that is undone in the ledger stays an order, and says that its goods are back. */

let inv: Installation;
/** Ten units, eight of them in a pool, of which two are sold and booked. */
beforeEach(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [{ sku: 'MUG' }]);
  await inv.json(['stock', 'in', 'MUG', '10']);
  await inv.json(['pool', 'open', 'MUG', '8']);
  await inv.json(['order', 'place', 'MUG', '2', '--request-id', 'o-1', '--buyer', 'B']);
});
afterEach(() => inv.close());

const show = (): Promise<unknown> => inv.json(['order', 'show', 'o-1']);
const onHand = async (): Promise<unknown> =>
  (await inv.database.sql('SELECT on_hand, reserved FROM stock'))[0];

interface Undone {
  readonly posting_id: number;
  readonly request_id: string;
  readonly movements: readonly { readonly id: number }[];
}

const list = (): Promise<unknown> => inv.json(['order', 'list']);

test('what is on the way into the books cannot be undone yet', async () => {
  expect(await inv.refused(['stock', 'undo', 'o-1'])).toEqual([4, 'NOT_FOUND']);
  expect(await show()).not.toHaveProperty('undone');
});

test('order show names the movement that undid it, and the one that brought it back', async () => {
  await inv.json(['worker', 'once']);
  expect(await show()).toMatchObject({ state: 'settled', undone: null });
  const undone = (await inv.json(['stock', 'undo', 'o-1'])) as Undone;
  expect(await onHand()).toEqual({ on_hand: 10, reserved: 6 });
  expect(await show()).toMatchObject({
    ...{ state: 'settled', quantity: 2, buyer: 'B' },
    undone: {
      request_id: undone.request_id,
      posting_id: undone.posting_id,
      movement_ids: undone.movements.map(({ id }) => id),
      at: expect.stringMatching(/Z$/) as string,
    },
  });
  const told = await inv.run(['order', 'show', 'o-1', '--format', 'table']);
  expect(told.stdout).toContain('2 sold at MAIN, and undone');
  expect(told.stdout).toContain(`undone by request ${undone.request_id}, movement `);
  const { undone: shown } = (await show()) as { readonly undone: unknown };
  expect(await list()).toMatchObject([{ request_id: 'o-1', state: 'settled', undone: shown }]);
  expect(await inv.run(['reconcile'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  // The undo was a mistake, and is undone itself: the sale stands again.
  await inv.json(['stock', 'undo', '--posting', String(undone.posting_id)]);
  expect(await show()).toMatchObject({ state: 'settled', undone: null });
  expect(await list()).toMatchObject([{ state: 'settled', undone: null }]);
  expect(await onHand()).toEqual({ on_hand: 8, reserved: 6 });
});

test('the same request is not sold again', async () => {
  await inv.json(['worker', 'once']);
  await inv.json(['stock', 'undo', 'o-1']);
  const place = ['order', 'place', 'MUG', '2', '--request-id', 'o-1', '--buyer', 'B'];
  expect(await inv.json(place)).toMatchObject({ replayed: true, state: 'settled' });
  expect(await onHand()).toEqual({ on_hand: 10, reserved: 6 });
});

test('cancel does not send anybody to undo it once more', async () => {
  const cancel = async (): Promise<unknown> => {
    const { exitCode, stderr } = await inv.run(['order', 'cancel', 'o-1']);
    return [exitCode, stderr];
  };
  const stands =
    '✗ order o-1 is sold; only a hold can be cancelled [REFUSED]\n  try: inv stock undo o-1\n';
  expect(await cancel()).toEqual([3, stands]);
  await inv.json(['worker', 'once']);
  expect(await cancel()).toEqual([3, stands]);
  await inv.json(['stock', 'undo', 'o-1']);
  expect(await cancel()).toEqual([
    3,
    '✗ order o-1 was sold, and that sale is undone already [REFUSED]\n  try: inv order show o-1\n',
  ]);
});

test('a list tells the sale that is undone from those that stand', async () => {
  await inv.json(['order', 'place', 'MUG', '1', '--request-id', 'o-2']);
  await inv.json(['worker', 'once']);
  await inv.json(['order', 'place', 'MUG', '1', '--request-id', 'o-3', '--hold', '5m']);
  await inv.json(['worker', 'once']);
  const stands = await inv.run(['order', 'list', '--format', 'table']);
  expect([stands.stdout, stands.stderr].join('')).not.toContain('undone');
  await inv.json(['stock', 'undo', 'o-1']);
  expect(await list()).toMatchObject([
    { request_id: 'o-3', state: 'held', undone: null },
    { request_id: 'o-2', state: 'settled', undone: null },
    { request_id: 'o-1', state: 'settled', undone: { movement_ids: [expect.any(Number)] } },
  ]);
  const { stdout, stderr } = await inv.run(['order', 'list', '--format', 'table']);
  const states = stdout.split('\n').map((line) => line.split(/ +/).slice(0, 2));
  expect(states.slice(-4, -1)).toEqual([
    ['o-3', 'held'],
    ['o-2', 'settled'],
    ['o-1', 'undone'],
  ]);
  expect(stderr).toBe(
    'undone: the units are back in stock, outside of the pool; see inv order show ID\n',
  );
});
