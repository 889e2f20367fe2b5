import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { adopt, bucketOf, holdOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';
import { startOwnRedis } from '../../support/own-redis.ts';
import type { OwnRedis } from '../../support/own-redis.ts';

let server: OwnRedis;
let bench: GateBench;
async function start(extra: readonly string[] = []): Promise<void> {
  server = await startOwnRedis(extra);
  bench = openGate({ socket: server.socket });
}
afterEach(async () => {
  await bench.close();
  // A server that cannot save refuses to end in any other way.
  await server.end('SIGKILL');
});

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => ({ answered: value }),
    (error: unknown) => error,
  );

describe('a server that refuses', () => {
  beforeEach(async () => {
    await start();
    await openPools(bench.gate, [bucketOf()]);
    await bench.gate.sell(sale('s'));
  });

  /** It says so, nothing was executed, and afterwards everything goes on. */
  async function expectRefusal(
    word: string,
    refuse: () => Promise<unknown>,
    allow: () => Promise<unknown>,
  ) {
    const { gate } = bench;
    await refuse();
    const refused = { code: 'STORE_UNAVAILABLE', message: expect.stringContaining(word) as string };
    expect(await errorOf(gate.sell(sale('r', { isRetry: true })))).toMatchObject(refused);
    expect(await errorOf(gate.hold(holdOf('h')))).toMatchObject(refused);
    expect(await errorOf(gate.converge(1, bucketOf(), null))).toMatchObject(refused);
    expect((await gate.snapshot(0)).buckets).toMatchObject([{ avail: 99, held: 0, seq: 1 }]);
    expect(await gate.findRecord(0, 'r')).toBeNull();
    await allow();
    expect(await gate.sell(sale('r'))).toMatchObject({ status: 'sold', seq: 2 });
  }

  it('for lack of memory', async () => {
    const { redis } = bench;
    await expectRefusal(
      'OOM',
      () => redis.config('SET', 'maxmemory', '1'),
      () => redis.config('SET', 'maxmemory', '0'),
    );
  });

  it('because it cannot write to its disk', async () => {
    const { redis } = bench;
    await expectRefusal(
      'MISCONF',
      async () => {
        await redis.config('SET', 'save', '3600 1000000');
        rmSync(join(dirname(server.socket), 'data'), { recursive: true });
        await errorOf(redis.bgsave());
        for (let tries = 0; tries < 500; tries += 1) {
          if ((await redis.info('persistence')).includes('rdb_last_bgsave_status:err')) return;
          await sleep(10);
        }
        throw new Error('the copy was written all the same');
      },
      () => redis.config('SET', 'stop-writes-on-bgsave-error', 'no'),
    );
  });

  it('because its replicas are not there', async () => {
    const { redis } = bench;
    await expectRefusal(
      'NOREPLICAS',
      () => redis.config('SET', 'min-replicas-to-write', '1'),
      () => redis.config('SET', 'min-replicas-to-write', '0'),
    );
  });

  it('because the account may not', async () => {
    const { redis } = bench;
    await redis.call('ACL', 'SETUSER', 'clerk', 'on', '>pw', '~*', '+@all', '-fcall');
    const target = { label: 'r', address: { socketPath: server.socket }, database: 0, tls: null };
    const clerk = bench.another({ target: { ...target, user: 'clerk', password: 'pw' } });
    expect(await errorOf(clerk.sell(sale('r')))).toMatchObject({ code: 'NOT_PERMITTED' });
    const wrong = bench.another({ target: { ...target, user: 'clerk', password: 'secret' } });
    const error = await errorOf(wrong.sell(sale('r')));
    expect(error).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret');
  });

  it('breaks a call off in the middle only where it was damaged: then nobody knows', async () => {
    const { gate, redis } = bench;
    await redis.set(bench.key('n'), 'not a list of refusals');
    const unknown = {
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringContaining('WRONGTYPE') as string,
    };
    const request = sale('much', { quantity: 1000, isRetry: true });
    expect(await errorOf(gate.sell(request))).toMatchObject(unknown);
    expect(await gate.findRecord(0, 'much')).toMatchObject({ status: 'no', reason: 'sold_out' });
    expect(await gate.sell(sale('r'))).toMatchObject({ status: 'sold' });
    await redis.del(bench.key('n'));
    expect(await gate.sell(request)).toMatchObject({ status: 'no', available: null });
  });
});

describe('the library', () => {
  const fake = (version: string, body = version) =>
    `#!lua name=inv_pool\nredis.register_function{function_name='inv_read_version_0ddba11',` +
    `callback=function() return ${body} end, flags={'no-writes'}}`;
  const loaded = async () => JSON.stringify(await bench.redis.call('FUNCTION', 'LIST'));

  it('is loaded where there is none, by many at once', async () => {
    await start();
    const gates = Array.from({ length: 10 }, () => bench.another());
    const answers = await Promise.all(gates.map((gate) => gate.sell(sale('r'))));
    expect(answers.map(({ status }) => status)).toEqual(gates.map(() => 'fenced'));
    await adopt(bench.gate);
    const late = bench.another();
    expect(await late.sell(sale('r'))).toEqual({ status: 'no_pool' });
  });

  it.each([
    ['older', fake('0')],
    ['equally old, of another build', fake('1')],
    ['nameless', fake('0').replace('read_version', 'other')],
  ])('replaces one that is %s', async (_age, text) => {
    await start();
    await bench.redis.call('FUNCTION', 'LOAD', text);
    expect(await bench.gate.sell(sale('r'))).toEqual({ status: 'fenced', generation: null });
    expect(await loaded()).not.toContain('0ddba11');
  });

  it('leaves a newer one alone and says what to do', async () => {
    await start();
    await bench.redis.call('FUNCTION', 'LOAD', fake('2'));
    const refused = { code: 'BAD_CONFIGURATION', hint: 'update inv' };
    expect(await errorOf(bench.gate.sell(sale('r')))).toMatchObject(refused);
    expect(await errorOf(bench.gate.snapshot(0))).toMatchObject(refused);
    expect(await loaded()).toContain('0ddba11');
  });

  it('needs a server that has functions', async () => {
    await start(['--rename-command', 'FCALL', '']);
    expect(await errorOf(bench.gate.sell(sale('r')))).toMatchObject({
      code: 'BAD_CONFIGURATION',
      hint: 'use Redis 7.0 or newer, or Valkey',
    });
  });

  it('is loaded again however often it is flushed', async () => {
    await start();
    const over = new AbortController();
    const storm = (async () => {
      while (!over.signal.aborted) {
        await bench.redis.call('FUNCTION', 'FLUSH');
        await sleep(10);
      }
    })();
    for (let at = 0; at < 30; at += 1) {
      expect(await bench.gate.sell(sale(`r${at}`))).toMatchObject({ status: 'fenced' });
    }
    over.abort();
    await storm;
  });
});

describe('a cluster', () => {
  it('keeps every shard on one node, so that one node with all slots will do', async () => {
    const port = await freePort();
    await start(['--cluster-enabled', 'yes', '--port', String(port), '--bind', '127.0.0.1']);
    const { redis } = bench;
    expect(await errorOf(bench.gate.sell(sale('r')))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    while (!(await redis.cluster('INFO')).includes('cluster_state:ok')) await sleep(10);
    const gate = bench.another({ shards: 5 });
    for (let shard = 0; shard < 5; shard += 1) {
      await adopt(gate, 1, { shard, token: `t${shard}` });
      const bucket = bucketOf({ id: shard + 1, shard, delegated: 10 });
      expect(await gate.converge(1, bucket, null)).toEqual({ status: 'created' });
      const of = { shard, bucketId: shard + 1 };
      expect(await gate.sell(sale('s', of))).toMatchObject({ status: 'sold', remaining: 9 });
      expect(await gate.hold(holdOf('h', { ...of, deadlineMs: 1 }))).toMatchObject({
        status: 'held',
      });
      expect(await gate.expireDue(shard, 1, 10)).toBe(1);
      expect(await gate.withdraw({ generation: 1, bucket, requestId: 'w', quantity: 1 })).toEqual({
        status: 'returned',
        quantity: 1,
      });
      const { entries } = await gate.readEvents(shard, { ms: 0, seq: 0 }, 10);
      expect(entries).toHaveLength(4);
      await gate.trim({
        shard,
        generation: 1,
        upTo: entries.at(-1)!.id,
        ackVersion: 1,
        ackToken: 'feed',
        buckets: [{ bucketId: shard + 1, epoch: 1, settledCum: 2 }],
        retentionMs: 60_000,
      });
      expect(await gate.close(1, bucket)).toBe('ok');
      expect(await gate.drop(1, bucket)).toBe('ok');
      expect(await gate.snapshot(shard)).toMatchObject({ buckets: [{ cum: 2, state: 'closed' }] });
      await gate.begin(shard, 2, 'two');
      const extra = { lossLimit: null, buyers: [['ann', 1]] as const };
      expect(await gate.load(2, 'two', { ...bucket, epoch: 2 }, extra)).toBe('ok');
      expect(await gate.adopt(shard, 2, 'two')).toBe('ok');
    }
    expect((await gate.findRequest('s')).found).toBeNull();
    expect((await gate.findRequest('h')).found).toMatchObject({ record: { status: 'no' } });
    expect((await gate.locate('SKU-3', 'MAIN')).buckets).toMatchObject([
      { shard: 2, generation: 2 },
    ]);
  });
});
