import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOwnCluster } from '../../support/drills/own-cluster.ts';
import type { OwnCluster } from '../../support/drills/own-cluster.ts';
import { adopt, bucketOf, openGate, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

/** Shards 0 to 3 lie on the third master, the second, the second and the first. */

let cluster: OwnCluster;
let bench: GateBench;
beforeAll(async () => {
  cluster = await startOwnCluster();
});
afterAll(() => cluster.close());
beforeEach(() => {
  bench = openGate({ socket: cluster.masters[0]!.socketPath, shards: 4 });
});
afterEach(() => bench.close());

async function open(shard: number): Promise<void> {
  await adopt(bench.gate, 1, { shard });
  await bench.gate.converge(1, bucketOf({ id: shard + 1, shard }), null);
}
const sell = (shard: number, gate = bench.gate) =>
  gate.sell(sale('r', { shard, bucketId: shard + 1 }));

describe('the library of each node', () => {
  it('is loaded by the first call there, and again where it was flushed', async () => {
    for (const shard of [0, 1, 2, 3]) await open(shard);
    for (const shard of [0, 1, 2, 3]) expect(await sell(shard)).toMatchObject({ status: 'sold' });
    await cluster.masters[2]!.ask('FUNCTION', 'FLUSH');
    expect(await sell(0)).toMatchObject({ status: 'fenced' });
    for (const shard of [1, 2, 3]) expect(await sell(shard)).toMatchObject({ replayed: true });
  });

  it('is left alone where it is newer, and the shards of other nodes go on', async () => {
    for (const shard of [0, 1, 3]) await open(shard);
    const [, second] = cluster.masters;
    const newer =
      `#!lua name=inv_pool\nredis.register_function{function_name='inv_read_version_0ddba11',` +
      `callback=function() return 99 end, flags={'no-writes'}}`;
    await second!.ask('FUNCTION', 'LOAD', 'REPLACE', newer);
    await expect(sell(1)).rejects.toMatchObject({ code: 'BAD_CONFIGURATION', hint: 'update inv' });
    for (const shard of [0, 3]) expect(await sell(shard)).toMatchObject({ status: 'sold' });
    await second!.ask('FUNCTION', 'FLUSH');
    expect(await sell(1)).toMatchObject({ status: 'fenced' });
  });
});

describe('an account that may not ask for the slots', () => {
  it('is told, and nothing is done', async () => {
    for (const node of cluster.masters) {
      const rights = ['on', '>pw', '~*', '+@all', '-cluster|slots'];
      await node.ask('ACL', 'SETUSER', 'clerk', ...rights);
    }
    await open(0);
    const clerk = bench.another({ target: { ...bench.target, user: 'clerk', password: 'pw' } });
    await expect(sell(0, clerk)).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    expect((await bench.gate.findRequest('r')).found).toBeNull();
  });
});

describe('a slot on its way', () => {
  it('sells nothing, and is fenced where it arrives, whatever was begun before', async () => {
    for (const shard of [0, 3]) await open(shard);
    await cluster.moveSlotOf(bench.key('meta'), cluster.masters[0]!, {
      halfWay: async () => {
        const away = { code: 'STORE_UNAVAILABLE' };
        await expect(sell(0)).rejects.toMatchObject(away);
        await expect(bench.gate.snapshot(0)).rejects.toMatchObject(away);
        // Where the key of the fence has not gone yet, even a recovery may begin.
        await bench.gate.begin(0, 2, 'two').catch(() => undefined);
        expect(await sell(3)).toMatchObject({ status: 'sold' });
      },
    });
    // Its new node knows no token, not even the one that was given half way.
    expect(await bench.gate.adopt(0, 2, 'two')).toBe('refused');
    expect(await sell(0)).toMatchObject({ status: 'fenced' });
    const begun = await bench.gate.begin(0, 3, 'three');
    expect(begun).toEqual({ status: 'begun', lossy: true });
    await cluster.moveSlotOf(bench.key('meta'), cluster.masters[2]!);
    expect(await bench.gate.adopt(0, 3, 'three')).toBe('refused');
  });

  it('tells of one process a shard, and of the loss that any node may have had', async () => {
    const runOf = async (shard: number) => (await bench.gate.process(shard)).run;
    for (const shard of [0, 1, 2, 3]) await open(shard);
    expect(await bench.gate.process(0)).toMatchObject({ keepsAcknowledged: true });
    const runs = await Promise.all([0, 1, 2, 3].map(runOf));
    expect(runs[1]).toBe(runs[2]);
    expect(new Set(runs).size).toBe(3);
    await cluster.masters[1]!.ask('CONFIG', 'SET', 'appendfsync', 'everysec');
    expect(await bench.gate.process(0)).toMatchObject({ keepsAcknowledged: false });
    await cluster.masters[1]!.ask('CONFIG', 'SET', 'appendfsync', 'always');
  });
});
