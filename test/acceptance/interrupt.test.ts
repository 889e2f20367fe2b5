import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { isDecisive, isText, openFaultProxy } from '../support/fault-proxy.ts';
import type { Fault, FaultProxy } from '../support/fault-proxy.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { violations } from '../support/ledger-proof.ts';
import { mysqlThrough, startCommand } from '../support/processes.ts';
import { testServers } from '../support/servers.ts';

const LINES = 20_000;
const SKUS = Array.from({ length: 40 }, (_, at) => `SKU-${String(at)}`);

let inv: Installation;
let proxy: FaultProxy;
beforeAll(async () => {
  inv = await createInstallation();
  await insertProducts(
    inv.database,
    SKUS.map((sku) => ({ sku })),
  );
  const receipts = SKUS.map((sku) => `${sku},1000000`).join('\n');
  await inv.json(['stock', 'in', '--from', '-'], { input: `sku,quantity\n${receipts}\n` });
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
    `SELECT COUNT(*) AS n FROM movements m JOIN postings p ON p.id = m.posting_id
      WHERE p.request_id = ?`,
    [requestId],
  );
  return Number(row?.['n']);
}

/** Runs a command until the connection holds still at the fault, then sends the signal. */
async function interrupt(
  args: readonly string[],
  {
    fault,
    signal,
    env = {},
  }: { fault: Fault; signal: NodeJS.Signals; env?: Record<string, string> },
) {
  const struck = proxy.arm(fault);
  const command = startCommand(inv, args, { ...mysqlThrough(inv, proxy), ...env });
  await struck;
  const begun = performance.now();
  command.child.kill(signal);
  const ended = await command.ended;
  // A server sees at once that a process is gone; the proxy, held, would keep it from knowing.
  await proxy.close();
  // "At once", with room for a busy machine.
  expect(performance.now() - begun).toBeLessThan(3_000);
  return ended;
}

const MOMENTS = [
  ['greeting the server', { at: (_message, count) => count === 1, where: 'reply', how: 'hold' }],
  [
    'looking up the product',
    { at: (_message, count) => count === 6, where: 'request', how: 'hold' },
  ],
  ['about to write', { at: isDecisive, where: 'request', how: 'hold' }],
  ['having written', { at: isDecisive, where: 'reply', how: 'hold' }],
] as const satisfies readonly (readonly [string, Fault])[];

describe.each([
  ['SIGINT', 130, 'INTERRUPTED'],
  ['SIGTERM', 143, 'TERMINATED'],
] as const)('stock out at %s', (signal, exitCode, code) => {
  it.each(MOMENTS)('while %s ends at once, and a rerun has one effect', async (moment, fault) => {
    const id = `${signal}-${moment.replaceAll(' ', '-')}`;
    const call = ['stock', 'out', 'SKU-1', '1', '--request-id', id, '--json'];
    const ended = await interrupt(call, { fault, signal });
    expect([ended.code, ended.stdout]).toEqual([exitCode, '']);
    const { error } = JSON.parse(ended.stderr) as { error: Record<string, unknown> };
    expect(error['code']).toBe(code);
    if (await movementsOf(id)) expect(error['message']).not.toContain('nothing was changed');
    if (fault.at === isDecisive) {
      expect(error).toMatchObject({ request_id: id, hint: expect.stringContaining(id) });
    }
    await inv.json(call);
    expect(await movementsOf(id)).toBe(1);
  });

  it('says the id that it made itself, and that id has one effect', async () => {
    const call = ['stock', 'out', 'SKU-2', '1', '--json'];
    const [, fault] = MOMENTS[3];
    const ended = await interrupt(call, { fault, signal });
    const { error } = JSON.parse(ended.stderr) as { error: { request_id: string } };
    expect(await movementsOf(error.request_id)).toBe(1);
    expect(await inv.json([...call, '--request-id', error.request_id])).toMatchObject({
      replayed: true,
    });
  });
});

describe('a file of 20,000 lines', () => {
  /** The n-th COMMIT of the command. */
  const commit = (number: number): Fault['at'] => {
    let seen = 0;
    return (message) => isText(message, 'COMMIT') && (seen += 1) === number;
  };

  it.each([
    { signal: 'SIGINT', code: 130, at: commit(1), where: 'request', batches: 0 },
    { signal: 'SIGTERM', code: 143, at: commit(4), where: 'reply', batches: 4 },
    { signal: 'SIGKILL', code: 'SIGKILL', at: commit(6), where: 'request', batches: 5 },
  ] as const)('ended by $signal half way is finished by the next run', async (given) => {
    const { signal, code, at, where, batches } = given;
    const path = join(inv.folder, `${signal}.csv`);
    const lines = Array.from({ length: LINES }, (_, line) => `${SKUS[line % SKUS.length] ?? ''},1`);
    writeFileSync(
      path,
      `sku,quantity,reference\n${lines.map((line) => `${line},${signal}`).join('\n')}\n`,
    );
    const call = ['stock', 'out', '--from', path, '--json'];
    const before = await inv.database.sql('SELECT SUM(on_hand) AS units FROM stock');
    const env = { INV_FILES_BATCH_LINES_MAX: '2000' };
    const ended = await interrupt(call, { fault: { at, where, how: 'hold' }, signal, env });
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    const booked = 2_000 * batches;
    expect(await linesBooked(signal)).toBe(booked);
    expect(await inv.json(call)).toMatchObject({
      lines: LINES,
      applied: LINES - booked,
      replayed: booked,
      failed: 0,
    });
    const after = await inv.database.sql('SELECT SUM(on_hand) AS units FROM stock');
    expect(Number(before[0]?.['units']) - Number(after[0]?.['units'])).toBe(LINES);
  });

  it('cut off between two batches says what was booked and how to go on', async () => {
    const path = join(inv.folder, 'thirty.csv');
    const lines = Array.from({ length: 30 }, () => 'SKU-3,1,thirty');
    writeFileSync(path, `sku,quantity,reference\n${lines.join('\n')}\n`);
    const fault: Fault = { at: commit(3), where: 'request', how: 'hold' };
    const env = { INV_FILES_BATCH_LINES_MAX: '10' };
    const ended = await interrupt(['stock', 'out', '--from', path], {
      fault,
      signal: 'SIGINT',
      env,
    });
    expect(ended.code).toBe(130);
    expect(await linesBooked('thirty')).toBe(20);
    expect(ended.stderr).not.toContain('nothing was changed');
    expect(ended.stderr).toContain('run the same command again');
  });

  async function linesBooked(reference: string): Promise<number> {
    const [row] = await inv.database.sql('SELECT COUNT(*) AS n FROM postings WHERE reference = ?', [
      reference,
    ]);
    return Number(row?.['n']);
  }
});

it('all 50 bad rows in 100,000 are listed with their line numbers, and the good ones booked', async () => {
  const bad = (line: number) => line % 2_000 === 777;
  const rows = Array.from({ length: 100_000 }, (_, at) => {
    const line = at + 2;
    const sku = SKUS[at % SKUS.length] ?? '';
    if (!bad(line)) return `${sku},1`;
    return [`${sku},1.5`, 'NO-SUCH,1', `"'; DROP TABLE stock; --",1`, `${sku},`, sku][
      Math.floor(line / 2_000) % 5
    ];
  });
  const path = join(inv.folder, 'bad-rows.csv');
  writeFileSync(path, `sku,quantity\n${rows.join('\n')}\n`);
  const result = await inv.run(['stock', 'in', '--from', path, '--json']);
  expect(result.exitCode).toBe(10);
  const report = JSON.parse(result.stdout) as { errors: { line: number; code: string }[] };
  expect(report).toMatchObject({ lines: 100_000, applied: 99_950, replayed: 0, failed: 50 });
  expect(report.errors.map(({ line }) => line)).toEqual(
    Array.from({ length: 50 }, (_, at) => at * 2_000 + 777),
  );
  expect(new Set(report.errors.map(({ code }) => code))).toEqual(
    new Set(['INVALID_INPUT', 'NOT_FOUND']),
  );
});

it('a failure that nobody waits for is one line, not the source of the program', async () => {
  // As soon as the program has taken over the signals, a promise fails that nobody holds.
  const script = `const timer = setInterval(() => {
    if (process.listenerCount('SIGINT') === 0) return;
    clearInterval(timer);
    Promise.reject(new Error('a stray failure'));
  }, 1);`;
  const { code, stdout, stderr } = await startCommand(inv, ['worker', 'run', '--json'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
  }).ended;
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringContaining('"code":"UNEXPECTED","message":"a bug in inv: a stray failure"'),
  ]);
});
