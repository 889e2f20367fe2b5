import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import type { OpenPoolGate } from '../../../src/adapters/redis/pool/pool-gate.ts';
import { projectRoot } from '../../support/database.ts';
import { openFaultProxy } from '../../support/fault-proxy.ts';
import type { Fault, FaultProxy } from '../../support/fault-proxy.ts';
import { bucketOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';
import { startOwnRedis } from '../../support/own-redis.ts';
import type { OwnRedis } from '../../support/own-redis.ts';
import { temporaryFolder, testServers } from '../../support/servers.ts';

const TIMEOUT_MS = 400;
let bench: GateBench;
let proxy: FaultProxy;
/** Reaches Redis through the proxy. */
let gate: OpenPoolGate;

beforeEach(async () => {
  bench = openGate();
  proxy = await openFaultProxy(testServers().redisSocket);
  gate = bench.another({
    target: {
      label: 'redis',
      address: { socketPath: proxy.socketPath },
      user: null,
      password: null,
      database: 0,
      tls: null,
    },
    limits: { connectTimeoutMs: TIMEOUT_MS, commandTimeoutMs: TIMEOUT_MS },
    callsInFlightMax: 1,
  });
  await openPools(bench.gate, [bucketOf()]);
  expect(await gate.sell(sale('before'))).toMatchObject({ status: 'sold' });
});
afterEach(async () => {
  await bench.close();
  await proxy.close();
});

const arm = (where: Fault['where'], how: Fault['how'], what = 'sell_orders') =>
  proxy.arm({ at: (message) => message.includes(what), where, how });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: unknown) => (error instanceof InvError ? error.code : error),
  );

describe('a call whose reply is lost', () => {
  it.each([
    ['cut before it arrives', 'request', 'cut', false],
    ['swallowed', 'request', 'hold', false],
    ['cut after it was executed', 'reply', 'cut', true],
    ['half open after it was executed', 'reply', 'hold', true],
    ['cut within the reply', { replyBytes: 9 }, 'cut', true],
    ['stopped within the reply', { replyBytes: 9 }, 'hold', true],
  ] as const)(
    '%s: unknown, sent once, and told by asking again',
    async (_name, where, how, wasSold) => {
      const struck = arm(where, how);
      const startedAt = performance.now();
      expect(await codeOf(gate.sell(sale('r', { quantity: 2 })))).toBe('OUTCOME_UNKNOWN');
      expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 5);
      await struck;
      await sleep(50);
      const [bucket] = (await bench.gate.snapshot(0)).buckets;
      expect(bucket).toMatchObject({ cum: wasSold ? 3 : 1, seq: wasSold ? 2 : 1 });
      const again = await gate.sell(sale('r', { quantity: 2, isRetry: true }));
      expect(again).toMatchObject({ status: 'sold', replayed: wasSold, seq: 2 });
      expect(await bench.redis.xlen(bench.key('ev'))).toBe(2);
    },
  );

  it('fails the requests that travelled in it, and no others', async () => {
    const struck = arm('reply', 'cut');
    const first = [codeOf(gate.sell(sale('a'))), codeOf(gate.sell(sale('b')))];
    await Promise.resolve();
    await sleep(0);
    const others = [codeOf(gate.sell(sale('c'))), codeOf(gate.sell(sale('d')))];
    await struck;
    expect(await Promise.all(first)).toEqual(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN']);
    const sold = { status: 'sold' };
    expect(await Promise.all(others)).toMatchObject([sold, sold]);
    expect(await gate.sell(sale('a'))).toMatchObject({ replayed: true });
    expect(await gate.sell(sale('b'))).toMatchObject({ replayed: true });
  });

  it('means no more than no answer where nothing could be executed', async () => {
    const struck = arm('reply', 'cut', 'read_shard');
    expect(await codeOf(gate.snapshot(0))).toBe('STORE_UNAVAILABLE');
    await struck;
    expect(await gate.snapshot(0)).toMatchObject({ generation: 1 });
  });

  it('never leads to a wrong answer: a reply that comes too late is nobody’s', async () => {
    proxy.delay(TIMEOUT_MS + 100);
    expect(await codeOf(gate.sell(sale('slow', { quantity: 5 })))).toBe('OUTCOME_UNKNOWN');
    proxy.delay(0);
    await sleep(150);
    expect(await gate.sell(sale('fast', { quantity: 7 }))).toMatchObject({ quantity: 7, seq: 3 });
    expect(await gate.sell(sale('slow', { quantity: 5 }))).toMatchObject({
      replayed: true,
      seq: 2,
    });
  });
});

describe('a connection that is killed', () => {
  let server: OwnRedis;
  let own: GateBench;
  beforeEach(async () => {
    server = await startOwnRedis();
    own = openGate({ socket: server.socket });
    await openPools(own.gate, [bucketOf()]);
  });
  afterEach(async () => {
    await own.close();
    await server.end();
  });

  it('is made anew by the next call', async () => {
    for (let round = 0; round < 5; round += 1) {
      await own.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await sleep(20);
      expect(await own.gate.sell(sale(`r${round}`))).toMatchObject({ status: 'sold' });
    }
  });

  it('loses nothing and sells nothing twice, however often it happens', async () => {
    const over = new AbortController();
    const killer = (async () => {
      while (!over.signal.aborted) {
        await own.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        await sleep(15);
      }
    })();
    const untilSold = async (id: string): Promise<void> => {
      for (let tries = 0; tries < 200; tries += 1) {
        const answer = await codeOf(own.gate.sell(sale(id, { isRetry: true })));
        if (typeof answer === 'object') return;
        expect(answer).toMatch(/OUTCOME_UNKNOWN|STORE_UNAVAILABLE/);
        await sleep(5);
      }
      throw new Error(`${id} was never answered`);
    };
    await Promise.all(Array.from({ length: 60 }, (_, at) => untilSold(`r${at}`)));
    over.abort();
    await killer;
    expect((await own.gate.snapshot(0)).buckets).toMatchObject([{ cum: 60, seq: 60, avail: 40 }]);
  });
});

describe('a store that is not there', () => {
  it('is told at once, and found again when it is back', async () => {
    const folder = temporaryFolder('nowhere');
    const socket = join(folder, 's');
    const target = { label: 'redis', user: null, password: null, database: 0, tls: null };
    const lost = bench.another({ target: { ...target, address: { socketPath: socket } } });
    const startedAt = performance.now();
    for (let at = 0; at < 200; at += 1) {
      expect(await codeOf(lost.sell(sale(`r${at}`)))).toBe('STORE_UNAVAILABLE');
    }
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(await codeOf(lost.locate('SKU-1', 'MAIN'))).toBe('STORE_UNAVAILABLE');
    expect((await bench.gate.snapshot(0)).buckets).toMatchObject([{ seq: 1 }]);
  });

  it('is not asked any more once the gate is disconnected', async () => {
    await gate.disconnect();
    expect(await codeOf(gate.sell(sale('r')))).toBe('STORE_UNAVAILABLE');
    expect(await codeOf(gate.snapshot(0))).toBe('STORE_UNAVAILABLE');
    await gate.disconnect();
  });

  it.each(['there', 'not there', 'silent'])(
    'lets the process end when it was %s',
    async (state) => {
      const folder = temporaryFolder('leave');
      const outfile = join(folder, 'leave.mjs');
      const entry = join(import.meta.dirname, 'fixtures', 'open-and-leave.ts');
      buildSync({
        entryPoints: [entry],
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile,
        banner: {
          js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        },
      });
      if (state === 'silent') void arm('request', 'hold', 'read_shard');
      const socket = state === 'not there' ? join(folder, 's') : proxy.socketPath;
      const child = spawn(process.execPath, [outfile, socket, projectRoot]);
      let printed = '';
      child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
      if (state === 'silent') {
        await sleep(1500);
        expect(child.exitCode).toBeNull();
        await proxy.close();
        proxy = await openFaultProxy(testServers().redisSocket);
      }
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code).toBe(0);
      expect(printed).toBe(state === 'there' ? 'generation null' : 'STORE_UNAVAILABLE');
    },
  );
});
