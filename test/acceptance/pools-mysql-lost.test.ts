import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { byBinary } from '../support/drills/by-binary.ts';
import { countPromises, longestMs } from '../support/drills/history.ts';
import { startOwnMysql } from '../support/drills/own-mysql.ts';
import type { OwnMysql } from '../support/drills/own-mysql.ts';
import { promisedBy } from '../support/drills/promised-by.ts';
import { openScene } from '../support/drills/scene.ts';
import type { Scene } from '../support/drills/scene.ts';
import { isDecisive, isText, openFaultProxy } from '../support/fault-proxy.ts';
import type { Fault, FaultProxy } from '../support/fault-proxy.ts';
import { mysqlThrough, startCommand } from '../support/processes.ts';

/** MySQL dies, or its answers are lost, at the points of a settlement and of the direct path. */

const PATIENCE_MS = 30_000;
const NO_REDIS = { INV_REDIS_URL: 'redis+unix:/nowhere/redis.sock' };
const DIRECT = { ...NO_REDIS, INV_POOLS_FALLBACK: 'mysql' };

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let mysql: OwnMysql;
let proxy: FaultProxy;
let scene: Scene;
beforeAll(async () => {
  mysql = await startOwnMysql();
});
beforeEach(async () => {
  if (mysql.pid() === undefined) await mysql.start();
  proxy = await openFaultProxy(mysql.socketPath);
  scene = await openScene({ mysqlSocket: mysql.socketPath, units: 200, pooled: 100 });
});
afterEach(async () => {
  await proxy.close();
  if (mysql.pid() === undefined) await mysql.start();
  await scene.close();
});
afterAll(() => mysql.kill());

/** Runs a command up to the fault and kills MySQL there; @returns how the command ended */
async function killMysqlAt(
  words: readonly string[],
  { fault, env = {} }: { fault: Fault; env?: Readonly<Record<string, string>> },
) {
  const struck = proxy.arm(fault);
  const begun = performance.now();
  const command = startCommand(scene.inv, words, { ...mysqlThrough(scene.inv, proxy), ...env });
  await struck;
  await mysql.kill();
  // Silence is what the fault holds; the death of the server is what its client is to see.
  await proxy.close();
  const ended = await command.ended;
  expect(performance.now() - begun, ended.stderr).toBeLessThan(PATIENCE_MS);
  await mysql.start();
  proxy = await openFaultProxy(mysql.socketPath);
  return ended;
}

async function sell(count: number): Promise<void> {
  const traffic = scene.traffic({ writers: 4, requestsMax: count / 4, duplicates: 0 });
  await traffic.done();
  expect(countPromises(scene.history)).toEqual({ accepted: count });
}

/** The share of a worker's conversation with MySQL after which it is struck. */
function afterShare(share: number, messages: number): Fault {
  const at = Math.max(2, Math.floor(share * messages));
  return { at: (_message, count) => count === at, where: 'reply', how: 'hold' };
}

async function messagesOfWorker(): Promise<number> {
  let messages = 0;
  proxy.armEvery({ at: (_message, count) => (messages = count) < 0, where: 'reply', how: 'cut' });
  const result = await scene.inv.run(['worker', 'once'], { env: mysqlThrough(scene.inv, proxy) });
  proxy.armEvery(undefined);
  expect(result.exitCode, result.stderr).toBe(0);
  return messages;
}

describe('kill -9 MySQL', () => {
  it('at points of a settlement: one movement set a request', async () => {
    await sell(4);
    const messages = await messagesOfWorker();
    const faults: readonly Fault[] = [
      afterShare(0.5, messages),
      { at: (message) => isText(message, 'COMMIT'), where: 'request', how: 'hold' },
      { at: (message) => isText(message, 'COMMIT'), where: 'reply', how: 'hold' },
    ];
    for (const [at, fault] of faults.entries()) {
      const traffic = scene.traffic({ writers: 2, requestsMax: 3, name: `k${String(at)}` });
      await traffic.done();
      const ended = await killMysqlAt(['worker', 'once', '--json'], { fault });
      expect([69, 75], ended.stderr).toContain(ended.code);
    }
    await scene.prove();
  });

  it.each(['request', 'reply'] as const)(
    'at the %s of what decides on the direct path: 69 or 75, then one effect',
    async (where) => {
      const requestId = `direct-${where}`;
      const words = ['order', 'place', scene.sku, '3', '--request-id', requestId, '--json'];
      const fault: Fault = { at: isDecisive, where, how: 'hold' };
      const { code, stdout, stderr } = await killMysqlAt(words, { fault, env: DIRECT });
      const answer = { promised: promisedBy(code), detail: String(code), output: stdout + stderr };
      expect(['not_executed', 'unknown'], stderr).toContain(answer.promised);
      const order = { requestId, sku: scene.sku, quantity: 3 };
      await scene.history.record(order, () => Promise.resolve(answer));
      await scene.prove();
    },
  );

  it('under traffic, with a worker at work: pools go on selling, and the worker lives on', async () => {
    const worker = scene.startWorker();
    const traffic = scene.traffic({ writers: 4, duplicates: 0, quantityMax: 1 });
    await traffic.reached(8, 'accepted');
    await mysql.kill();
    // Fresh ids: Redis alone answers them.
    const fresh = await scene.inv.run(['order', 'place', scene.sku, '1', '--json']);
    expect(fresh.exitCode, fresh.stderr).toBe(0);
    await traffic.reached(scene.history.invocations.length + 4);
    await mysql.start();
    const { accepted = 0 } = countPromises(scene.history);
    await traffic.reached(accepted + 4, 'accepted');
    await traffic.stop();
    await worker.stop();
    await scene.prove();
  });
});

describe('the reply of COMMIT dropped', () => {
  it('on the direct path: 75 with the id, then the rerun answers; never twice', async () => {
    void proxy.arm({ at: isDecisive, where: 'reply', how: 'cut' });
    const env = { ...mysqlThrough(scene.inv, proxy), ...DIRECT };
    const order = { requestId: 'dropped', sku: scene.sku, quantity: 2 };
    const answer = await scene.history.record(order, byBinary(scene.inv, env));
    expect(proxy.hasStruck()).toBe(true);
    // It may have asked again itself, with the same id.
    expect(['accepted', 'unknown']).toContain(answer.promised);
    if (answer.promised === 'unknown') expect(answer.output).toContain('dropped');
    const again = await scene.history.record(order, byBinary(scene.inv));
    expect(again).toMatchObject({ promised: 'accepted' });
    expect(again.output).toContain('"replayed":true');
    await scene.prove();
  });

  it('to the worker: never twice', async () => {
    await sell(8);
    void proxy.arm({ at: (message) => isText(message, 'COMMIT'), where: 'reply', how: 'cut' });
    const env = mysqlThrough(scene.inv, proxy);
    const result = await scene.inv.run(['worker', 'once', '--json'], { env });
    expect(proxy.hasStruck()).toBe(true);
    expect([0, 75], result.stderr).toContain(result.exitCode);
    await scene.prove();
  });
});

describe('MySQL frozen', () => {
  it('orders of Redis are answered, the direct path ends in bounded time, the worker goes on later', async () => {
    const worker = scene.startWorker({ INV_MYSQL_STATEMENT_TIMEOUT_MS: '1000' });
    await sell(4);
    mysql.freeze();
    const fresh = await scene.inv.run(['order', 'place', scene.sku, '1', '--json']);
    expect(fresh.exitCode, fresh.stderr).toBe(0);
    const env = { ...DIRECT, INV_MYSQL_STATEMENT_TIMEOUT_MS: '1000' };
    const order = { requestId: 'frozen', sku: scene.sku, quantity: 1 };
    const answer = await scene.history.record(order, byBinary(scene.inv, env));
    mysql.thaw();
    expect(['not_executed', 'unknown']).toContain(answer.promised);
    expect(longestMs(scene.history)).toBeLessThan(PATIENCE_MS);
    await worker.stop();
    await scene.prove();
  });
});
