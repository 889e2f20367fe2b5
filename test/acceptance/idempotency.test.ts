import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { isDecisive, openFaultProxy } from '../support/fault-proxy.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { checksumOfRows, violations } from '../support/ledger-proof.ts';
import { mysqlThrough } from '../support/processes.ts';
import { testServers } from '../support/servers.ts';
import { mysqlStrategyNames } from '../support/strategies.ts';

let inv: Installation;
let proxy: FaultProxy;
beforeAll(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [{ sku: 'MUG' }, { sku: 'CUP' }]);
  await inv.json(['stock', 'in', 'MUG', '1000']);
});
beforeEach(async () => {
  proxy = await openFaultProxy(testServers().mysqlSocket);
});
afterEach(() => proxy.close());
afterAll(async () => {
  expect(await violations(inv.database)).toEqual({});
  await inv.close();
});

async function movementsOf(requestId: string): Promise<number> {
  const [row] = await inv.database.sql(
    'SELECT COUNT(*) AS n FROM movements m JOIN postings p ON p.id = m.posting_id WHERE p.request_id = ?',
    [requestId],
  );
  return Number(row?.['n']);
}

describe.each(mysqlStrategyNames)('when the answer is lost, %s', (strategy) => {
  const call = (id: string) => [
    ...['stock', 'out', 'MUG', '3', '--request-id', `${id}-${strategy}`],
    ...['--strategy', strategy, '--json'],
  ];

  it.each([
    ['after the books have it', 'reply', 1],
    ['before the books get it', 'request', 0],
  ] as const)('says so with 75, and the rerun answers: cut %s', async (_when, where, booked) => {
    const id = `cut-${where}`;
    void proxy.arm({ at: isDecisive, where, how: 'cut' });
    const lost = await inv.run(call(id), { env: mysqlThrough(inv, proxy) });
    expect([lost.exitCode, lost.stdout]).toEqual([75, '']);
    expect(JSON.parse(lost.stderr)).toMatchObject({
      error: { code: 'OUTCOME_UNKNOWN', request_id: `${id}-${strategy}` },
    });
    expect(await movementsOf(`${id}-${strategy}`)).toBe(booked);
    expect(await inv.json(call(id))).toMatchObject({ replayed: booked === 1 });
    expect(await inv.json(call(id))).toMatchObject({ replayed: true });
    expect(await movementsOf(`${id}-${strategy}`)).toBe(1);
  });

  it('ends in bounded time on a half-open connection, with the id to rerun', async () => {
    const env = { ...mysqlThrough(inv, proxy), INV_MYSQL_STATEMENT_TIMEOUT_MS: '500' };
    void proxy.arm({ at: isDecisive, where: 'reply', how: 'hold' });
    const begun = performance.now();
    const lost = await inv.run(call('held'), { env });
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(lost.exitCode).toBe(75);
    expect(lost.stderr).toContain(`held-${strategy}`);
    expect(await inv.json(call('held'))).toMatchObject({ replayed: true });
    expect(await movementsOf(`held-${strategy}`)).toBe(1);
  });
});

it('a connection that no longer answers a goodbye does not keep a command that is done', async () => {
  const COM_QUIT = 1;
  void proxy.arm({ at: (message) => message[4] === COM_QUIT, where: 'request', how: 'hold' });
  const begun = performance.now();
  const result = await inv.run(['stock', 'in', 'MUG', '1'], { env: mysqlThrough(inv, proxy) });
  expect([result.exitCode, result.stderr, proxy.hasStruck()]).toEqual([0, '', true]);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

it('--timeout ends a write with 75 and its id, and a read before it with 69', async () => {
  const call = ['stock', 'out', 'MUG', '1', '--request-id', 'slow', '--timeout', '2s', '--json'];
  const env = mysqlThrough(inv, proxy);
  void proxy.arm({ at: isDecisive, where: 'request', how: 'hold' });
  const write = await inv.run(call, { env });
  expect([write.exitCode, write.stdout]).toEqual([75, '']);
  expect(write.stderr).toContain('slow');
  void proxy.arm({ at: (_message, count) => count === 1, where: 'request', how: 'hold' });
  const early = await inv.run([...call, '--timeout', '500ms'], { env });
  expect([early.exitCode, early.stdout]).toEqual([69, '']);
  expect(await inv.json(call)).toMatchObject({ replayed: false });
});

it('a server that is gone is 69, and nothing was executed', async () => {
  await proxy.close();
  const result = await inv.run(['stock', 'out', 'MUG', '1', '--request-id', 'gone', '--json'], {
    env: { ...mysqlThrough(inv, proxy), INV_RETRY_ATTEMPTS_MAX: '1' },
  });
  proxy = await openFaultProxy(testServers().mysqlSocket);
  expect([result.exitCode, result.stdout]).toEqual([69, '']);
  expect(await movementsOf('gone')).toBe(0);
});

it('the same id with other content is 5, and changes nothing', async () => {
  const call = ['stock', 'out', 'MUG', '2', '--request-id', 'reused'];
  await inv.json(call);
  const before = await checksumOfRows(inv.database);
  for (const other of [
    ['stock', 'out', 'MUG', '3', '--request-id', 'reused'],
    ['stock', 'in', 'MUG', '2', '--request-id', 'reused'],
    ['stock', 'out', 'MUG', '2', '--ref', 'SO-1', '--request-id', 'reused'],
    ['stock', 'adjust', 'MUG', '-2', '--request-id', 'reused'],
    ['stock', 'undo', 'reused', '--request-id', 'reused'],
  ]) {
    const result = await inv.inside([...other, '--json']);
    expect([other, result.exitCode, result.stdout]).toEqual([other, 5, '']);
  }
  expect(await checksumOfRows(inv.database)).toBe(before);
  for (const strategy of mysqlStrategyNames) {
    expect(await inv.json([...call, '--strategy', strategy])).toMatchObject({ replayed: true });
  }
  expect(await checksumOfRows(inv.database)).toBe(before);
});

it('the same file moves stock once, whatever it is called and however it comes', async () => {
  const text = 'sku,quantity\nCUP,5\nCUP,5\nCUP,2\n';
  const [one, two] = ['one.csv', 'two.csv'].map((name) => join(inv.folder, name));
  writeFileSync(one ?? '', text);
  writeFileSync(two ?? '', text);
  const counts = { lines: 3, failed: 0, errors: [] };
  expect(await inv.json(['stock', 'in', '--from', one ?? ''])).toMatchObject({
    ...counts,
    applied: 3,
  });
  const before = await checksumOfRows(inv.database);
  const again = { ...counts, applied: 0, replayed: 3 };
  expect(await inv.json(['stock', 'in', '--from', two ?? ''])).toMatchObject(again);
  expect(await inv.json(['stock', 'in', '--from', '-'], { input: text })).toMatchObject(again);
  expect(await inv.json(['stock', 'in', '--from', one ?? '', '--atomic'])).toMatchObject(again);
  expect(await checksumOfRows(inv.database)).toBe(before);
});
