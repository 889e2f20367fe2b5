import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  await inv.database.sql(
    `INSERT INTO products (sku, name, created_at, updated_at, actor, host, source, request_id)
     VALUES ('MUG-RED', 'Red mug', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'a', 'h', 's', 'r')`,
  );
});
afterAll(() => inv.close());

test('stock goes in and out, and a request id moves it once', async () => {
  expect(await inv.json(['stock', 'in', 'mug-red', '10', '--request-id', 'in-1'])).toEqual({
    request_id: 'in-1',
    replayed: false,
    kind: 'in',
    strategy: 'conditional',
    posting_id: expect.any(Number),
    movements: [
      {
        id: expect.any(Number),
        sku: 'MUG-RED',
        location: 'MAIN',
        quantity: 10,
        on_hand_before: 0,
        on_hand_after: 10,
        available_after: 10,
      },
    ],
  });
  const first = await inv.json(['stock', 'out', 'MUG-RED', '4', '--request-id', 'out-1']);
  const again = await inv.json(['stock', 'out', 'MUG-RED', '4', '--request-id', 'out-1']);
  expect(again).toEqual({ ...(first as object), replayed: true });
  const reused = await inv.run(['stock', 'out', 'MUG-RED', '5', '--request-id', 'out-1', '--json']);
  expect([reused.exitCode, reused.stdout]).toEqual([5, '']);
  const tooMuch = await inv.run(['stock', 'out', 'MUG-RED', '500', '--json']);
  expect(tooMuch.exitCode).toBe(3);
  expect(JSON.parse(tooMuch.stderr)).toMatchObject({
    error: {
      code: 'INSUFFICIENT_STOCK',
      message: 'MUG-RED: 500 wanted, 6 available (6 on hand, 0 reserved)',
      available: 6,
    },
  });
});
