import { describe, expect, it } from 'vitest';
import { parseMoved } from '../../../src/adapters/redis/cluster/moved.ts';
import { nodeTarget } from '../../../src/adapters/redis/cluster/node-target.ts';
import { parseSlotRanges } from '../../../src/adapters/redis/cluster/slot-ranges.ts';
import type { RedisTarget } from '../../../src/adapters/redis/target.ts';

const asked: RedisTarget = {
  label: 'a.shop:7000',
  address: { host: 'a.shop', port: 7000 },
  user: 'inv',
  password: 'secret',
  database: 0,
  tls: null,
};

describe('what a node says of another', () => {
  it.each([
    ['MOVED 3999 127.0.0.1:6381', [3999, '127.0.0.1', 6381]],
    ['MOVED 0 ::1:6381', [0, '::1', 6381]],
    ['MOVED 16383 b.shop:7000', [16383, 'b.shop', 7000]],
    ['MOVED 3999 :6381', [3999, '', 6381]],
  ])('%s', (message, [slot, host, port]) => {
    expect(parseMoved(message)).toMatchObject({ slot, to: { host, port } });
  });

  it.each(['ASK 3999 127.0.0.1:6381', 'ERR MOVED 1 a:1', 'MOVED here a:1', 'MOVED 1 a:b', 'MOVED'])(
    'is not %s',
    (message) => expect(parseMoved(message)).toBeUndefined(),
  );
});

describe('who has which slots', () => {
  it('is read with names that are not known left out', () => {
    const reply = [
      [0, 99, ['10.0.0.1', 7000, 'id', []], ['10.0.0.2', 7000, 'id']],
      [100, 100, [null, 7001, 'id']],
      [101, 200, ['?', 7002, 'id']],
      [201, 300],
      'nonsense',
    ];
    const first = { host: '10.0.0.1', port: 7000 };
    expect(parseSlotRanges(reply)).toEqual([
      { first: 0, last: 99, master: first, replicas: [{ host: '10.0.0.2', port: 7000 }] },
      { first: 100, last: 100, master: { host: '', port: 7001 }, replicas: [] },
    ]);
    expect(parseSlotRanges('nonsense')).toEqual([]);
  });
});

describe('the way to another node', () => {
  it('is that of the node that was asked, at another address', () => {
    expect(nodeTarget(asked, { host: 'b.shop', port: 7001 })).toEqual({
      ...asked,
      label: 'b.shop:7001',
      address: { host: 'b.shop', port: 7001 },
    });
    const same = nodeTarget(asked, { host: '', port: 7001 });
    expect(same.address).toEqual({ host: 'a.shop', port: 7001 });
  });

  it('has the name of the host in its certificate, unless one was set for all', () => {
    const nameAt = (serverName: string) =>
      nodeTarget({ ...asked, tls: { ca: 'CA', serverName } }, { host: 'b.shop', port: 1 }).tls;
    expect(nameAt('a.shop')).toEqual({ ca: 'CA', serverName: 'b.shop' });
    expect(nameAt('redis.shop')).toEqual({ ca: 'CA', serverName: 'redis.shop' });
  });

  it.each([{ host: '127.0.0.1', port: 7000 }, { socketPath: '/run/r.sock' }])(
    'does not lead in plain text from this machine (%j) to another',
    (address) => {
      const local = { ...asked, address };
      expect(() => nodeTarget(local, { host: '10.0.0.1', port: 7000 })).toThrow(
        'a node of the cluster of Redis is on another machine (10.0.0.1:7000), and there is no TLS',
      );
      expect(nodeTarget(local, { host: 'localhost', port: 7001 }).label).toBe('localhost:7001');
      const tls = { ca: null, serverName: 'redis.shop' };
      const secure = nodeTarget({ ...local, tls }, { host: '10.0.0.1', port: 7000 });
      expect(secure.label).toBe('10.0.0.1:7000');
    },
  );
});
