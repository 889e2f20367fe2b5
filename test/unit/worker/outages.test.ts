import { beforeEach, describe, expect, it } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import type { WorkerLine } from '../../../src/worker/dependencies.ts';
import { createOutages } from '../../../src/worker/outages.ts';
import type { Outages } from '../../../src/worker/outages.ts';

const AWAY = new InvError('STORE_UNAVAILABLE', 'Redis is away');

let lines: WorkerLine[];
let outages: Outages;
beforeEach(() => {
  lines = [];
  outages = createOutages((line) => lines.push(line));
});
const texts = (): readonly string[] => lines.map(({ text }) => text);

describe('a store that is away', () => {
  it('is said once, however many shards notice it and however often', () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      for (const shard of [0, 1, 2]) outages.fails(shard, AWAY);
    }
    expect(lines).toEqual([{ level: 'warn', shard: null, text: 'Redis is away; trying again' }]);
  });

  it('is back when the last shard works again, and that is said once', () => {
    for (const shard of [0, 1]) outages.fails(shard, AWAY);
    outages.works(0);
    outages.works(0);
    expect(texts()).toEqual(['Redis is away; trying again']);
    outages.works(1);
    outages.works(1);
    expect(texts()).toEqual(['Redis is away; trying again', 'working again (was: Redis is away)']);
  });

  it('is said again when it goes away again', () => {
    outages.fails(0, AWAY);
    outages.works(0);
    outages.fails(0, AWAY);
    expect(texts().filter((text) => text.startsWith('Redis is away'))).toHaveLength(2);
  });

  it('is another outage when it is another store', () => {
    outages.fails(0, AWAY);
    outages.fails(0, new InvError('STORE_UNAVAILABLE', 'MySQL is away'));
    expect(texts()).toEqual(['Redis is away; trying again', 'MySQL is away; trying again']);
    outages.works(0);
    expect(texts().at(-1)).toBe('working again (was: MySQL is away)');
  });
});

it('a bug is an alarm of its shard', () => {
  outages.fails(4, new TypeError('x is not a function'));
  outages.fails(4, 'thrown');
  expect(lines).toEqual([
    { level: 'alarm', shard: 4, text: 'x is not a function; trying again' },
    { level: 'alarm', shard: 4, text: 'thrown; trying again' },
  ]);
});

it('a shard that never failed says nothing', () => {
  outages.works(0);
  expect(lines).toEqual([]);
});
