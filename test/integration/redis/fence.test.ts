import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { adopt, bucketOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';
import { startOwnRedis } from '../../support/own-redis.ts';
import type { OwnRedis } from '../../support/own-redis.ts';

const servers: OwnRedis[] = [];
const benches: GateBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
  for (const server of servers.splice(0)) await server.end('SIGKILL');
});

async function ownServer(extra: readonly string[] = []): Promise<OwnRedis> {
  const server = await startOwnRedis(extra);
  servers.push(server);
  return server;
}

function gateTo({ socket }: OwnRedis): GateBench {
  const bench = openGate({ socket });
  benches.push(bench);
  return bench;
}

/** A server with a bucket of 100 of which `s` took 3. */
async function selling(extra: readonly string[] = []): Promise<GateBench & { server: OwnRedis }> {
  const server = await ownServer(extra);
  const bench = gateTo(server);
  await openPools(bench.gate, [bucketOf()]);
  await bench.gate.sell(sale('s', { quantity: 3 }));
  return { ...bench, server };
}

/** Nobody sells until somebody has adopted; then everything is as it was. */
async function expectFence({ gate }: GateBench, { lossy = true, next = 2 } = {}): Promise<void> {
  expect(await gate.sell(sale('t'))).toEqual({ status: 'fenced', generation: next - 1 });
  expect(await gate.snapshot(0)).toMatchObject({ generation: next - 1, isOpen: false });
  expect((await gate.readEvents(0, { ms: 0, seq: 0 }, 10)).isOpen).toBe(false);
  expect(await gate.begin(0, next, `token ${next}`)).toEqual({ status: 'begun', lossy });
  expect(await gate.adopt(0, next, `token ${next}`)).toBe('ok');
  const generation = next;
  expect(await gate.sell(sale('s', { quantity: 3, generation }))).toMatchObject({ replayed: true });
  expect(await gate.sell(sale('t', { generation }))).toMatchObject({ status: 'sold', seq: 2 });
}

describe('the fence', () => {
  it('falls with the process: nothing acknowledged is lost, nothing is sold before an adoption', async () => {
    const bench = await selling();
    await bench.server.end('SIGKILL');
    await bench.server.start();
    await expectFence(bench);
  });

  it('falls when the data is loaded anew in a running process', async () => {
    const bench = await selling(['--enable-debug-command', 'yes']);
    await bench.redis.call('DEBUG', 'RELOAD');
    await expectFence(bench);
  });

  it('falls when the functions are replaced or flushed, and the client loads them again', async () => {
    const bench = await selling();
    await bench.redis.call('FUNCTION', 'FLUSH');
    await expectFence(bench);
    const text = await libraryText(bench);
    await bench.redis.call('FUNCTION', 'LOAD', 'REPLACE', text);
    expect(await bench.gate.sell(sale('u', { generation: 2 }))).toEqual({
      status: 'fenced',
      generation: 2,
    });
  });

  it('falls with the data: an empty server has no generation', async () => {
    const bench = await selling();
    await bench.redis.flushall();
    const fenced = { status: 'fenced', generation: null };
    expect(await bench.gate.sell(sale('t'))).toEqual(fenced);
    expect(await bench.gate.locate('SKU-1', 'MAIN')).toMatchObject({ buckets: [] });
    expect(await bench.gate.snapshot(0)).toMatchObject({
      generation: null,
      isOpen: false,
      lastGeneratedId: { ms: 0, seq: 0 },
      buckets: [],
      createdEpochs: new Map(),
    });
    expect(await bench.gate.begin(0, 2, 'two')).toEqual({ status: 'begun', lossy: true });
  });

  it('does not open for data of before, put back into a running process', async () => {
    const bench = await selling();
    const meta = await bench.redis.dumpBuffer(bench.key('meta'));
    await bench.redis.flushall();
    await bench.gate.begin(0, 2, 'two');
    await bench.redis.restore(bench.key('meta'), 0, meta, 'REPLACE');
    expect(await bench.gate.sell(sale('t'))).toEqual({ status: 'fenced', generation: 1 });
  });

  it('is up on a replica that was promoted', async () => {
    const port = await freePort();
    const bench = await selling(['--port', String(port), '--bind', '127.0.0.1']);
    const copy = await ownServer(['--replicaof', `127.0.0.1 ${port}`]);
    const there = openGate({ socket: copy.socket, keyPrefix: bench.prefix });
    benches.push(there);
    await until(async () => (await there.redis.hget(bench.key('meta'), 'open')) === '1');
    await expect(there.gate.sell(sale('t'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await bench.server.end('SIGKILL');
    await there.redis.replicaof('NO', 'ONE');
    await expectFence(there);
  });

  it('stands through SCRIPT FLUSH, as often as it comes', async () => {
    const bench = await selling();
    const over = new AbortController();
    const storm = (async () => {
      while (!over.signal.aborted) {
        await bench.redis.script('FLUSH');
        await sleep(1);
      }
    })();
    for (let at = 0; at < 50; at += 1) {
      expect(await bench.gate.sell(sale(`r${at}`))).toMatchObject({ status: 'sold' });
    }
    over.abort();
    await storm;
  });

  it('is up after every FUNCTION FLUSH of a storm, and traffic goes on after it', async () => {
    const bench = await selling();
    let sold = 0;
    for (let round = 0; round < 20; round += 1) {
      const generation = round + 2;
      await bench.redis.call('FUNCTION', 'FLUSH');
      await adopt(bench.gate, generation);
      const answers = await Promise.all(
        Array.from({ length: 3 }, (_, at) =>
          bench.gate.sell(sale(`${round}-${at}`, { generation })),
        ),
      );
      sold += answers.filter(({ status }) => status === 'sold').length;
    }
    expect(sold).toBe(60);
    const [bucket] = (await bench.gate.snapshot(0)).buckets;
    expect(bucket).toMatchObject({ cum: 63, seq: 61 });
  });
});

async function libraryText({ redis }: GateBench): Promise<string> {
  const reply = (await redis.call('FUNCTION', 'LIST', 'WITHCODE')) as unknown[];
  const texts = reply.flat(4).filter((part): part is string => typeof part === 'string');
  return texts.find((text) => text.startsWith('#!lua'))!;
}
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (await isTrue()) return;
    await sleep(10);
  }
  throw new Error('it did not come true');
}
