import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FUNCTION_FILES, SHARED_FILES } from '../../../src/adapters/redis/pool/library.ts';
import { projectRoot } from '../../support/database.ts';
import { createTestLocks } from '../../support/locks.ts';
import { startOwnRedis } from '../../support/own-redis.ts';
import type { OwnRedis } from '../../support/own-redis.ts';
import { adopt, bucketOf, holdOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

/** What the header of a function says of one place of KEYS or ARGV. */
interface Place {
  /** Number of the first; with `step`, it comes again and again. */
  readonly from: number;
  readonly step: number | null;
  readonly name: string;
  readonly type: string;
}

const NAMES: Readonly<Record<string, RegExp>> = {
  meta: /:meta$/,
  records: /:r$/,
  events: /:ev$/,
  refusals: /:n$/,
  deadlines: /:due$/,
  directory: /:dir$/,
  audit: /:audit$/,
  bucket: /:p:\d+$/,
  holds: /:h:\d+$/,
  buyers: /:b:\d+$/,
  fence: /:fence$/,
  lock: /:l:\d+:\d+$/,
};
const TYPES: Readonly<Record<string, RegExp>> = {
  integer: /^\d+$/,
  optional: /^\d*$/,
  text: /^.*$/s,
};

function readSource(file: string): { header: string; body: string } {
  const source = readFileSync(join(projectRoot, 'lua', `${file}.lua`), 'utf8');
  const [header = ''] = /^(?:--.*\n)+/.exec(source) ?? [];
  return { header, body: source.slice(header.length).replace(/--.*$/gm, '') };
}

function placesOf(header: string, array: 'KEYS' | 'ARGV'): Place[] {
  const line = new RegExp(
    `^-- ${array}\\[(\\d+)(?:\\+(\\d*)k)?\\] +(.+?)(?: {2,}|$)([a-z]*)(.*)$`,
    'gm',
  );
  return [...header.matchAll(line)].map(([text, from, step, name = '', type = '']) => ({
    from: Number(from),
    step: text.includes('k]') ? Number(step === '' ? '1' : step) : null,
    name,
    type: text.includes('""') ? 'optional' : type,
  }));
}

const fixed = (places: readonly Place[]) => places.filter(({ step }) => step === null);
const repeated = (places: readonly Place[]) => places.filter(({ step }) => step !== null);

/** The place that the header gives to an index, counted from 1. */
function placeAt(places: readonly Place[], index: number): Place | undefined {
  return (
    fixed(places).find(({ from }) => from === index) ??
    repeated(places).find(({ from, step }) => index >= from && (index - from) % (step ?? 1) === 0)
  );
}

describe('the files of lua/', () => {
  it('are all part of the library, but for the script of the seed', () => {
    const files = readdirSync(join(projectRoot, 'lua')).map((name) => name.replace('.lua', ''));
    expect(files.sort()).toEqual([...SHARED_FILES, ...FUNCTION_FILES, 'seed-deduct'].sort());
  });

  it.each(FUNCTION_FILES)('%s says what it takes and gives', (file) => {
    const { header, body } = readSource(file);
    expect(header).toMatch(/^-- [A-Z][^[]*\./);
    expect(header).toMatch(/^-- Returns /m);
    expect(body).toMatch(new RegExp(`^register\\('${file.replaceAll('-', '_')}', function`, 'm'));
    const shared = body.includes('terms_of(') ? readSource('lib-grant').body : '';
    for (const array of ['KEYS', 'ARGV'] as const) {
      const places = placesOf(header, array);
      const numbers = fixed(places).map(({ from }) => from);
      expect(numbers).toEqual(numbers.map((_, at) => at + 1));
      const used = [
        ...(body + shared).matchAll(new RegExp(`\\b${array.toLowerCase()}\\[(\\d+)\\]`, 'g')),
      ];
      const indices = used.map(([, index]) => Number(index));
      for (const index of indices) {
        expect(placeAt(places, index), `${array}[${index}] of ${file}`).toBeDefined();
      }
      if (array === 'ARGV') {
        expect([...new Set([...indices, ...numbers])].sort()).toEqual([...new Set(indices)].sort());
      }
    }
  });

  it.each(FUNCTION_FILES)('%s lists every code it returns', (file) => {
    const { header, body } = readSource(file);
    const decisions = body.includes('DECIDE') ? readSource('lib-sale').body : '';
    const returned = [...(body + decisions).matchAll(/(?:return|and|or) (?:\{ )?'([a-z_]+)'/g)].map(
      ([, code]) => code!,
    );
    const listed = header.slice(header.indexOf('-- Returns '));
    for (const code of returned.filter((word) => word !== 'object')) {
      expect(listed).toMatch(new RegExp(`\\b${code}\\b`));
    }
  });
});

describe('what the gate sends', () => {
  // Of its own: what others say between MONITOR and its answer is more than ioredis can sort.
  let server: OwnRedis;
  let bench: GateBench;
  beforeEach(async () => {
    server = await startOwnRedis();
    bench = openGate({ socket: server.socket });
  });
  afterEach(async () => {
    await bench.close();
    await server.end();
  });

  it('is what the headers say, call by call, and the keys are of the types they name', async () => {
    const calls: string[][] = [];
    const monitor = await bench.redis.monitor();
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua' && /^fcall/i.test(args[0] ?? '')) calls.push(args);
    });
    await useEverything(bench);
    const types = new Map<string, string>();
    for (const key of await bench.redis.keys(`${bench.prefix}:*`)) {
      types.set(key, await bench.redis.type(key));
    }
    await sleep(100);
    monitor.disconnect();

    const seen = new Set<string>();
    for (const [command, name, count, ...rest] of calls) {
      const file = FUNCTION_FILES.find((known) =>
        name!.startsWith(`inv_${known.replaceAll('-', '_')}_`),
      )!;
      seen.add(file);
      const { header, body } = readSource(file);
      expect(command === 'FCALL_RO', file).toBe(body.includes("'no-writes'"));
      const [keys, args] = [rest.slice(0, Number(count)), rest.slice(Number(count))];
      const places = placesOf(header, 'KEYS');
      expect(keys.length, file).toBeGreaterThanOrEqual(fixed(places).length);
      for (const [at, key] of keys.entries()) {
        const place = placeAt(places, at + 1);
        expect(key, `KEYS[${at + 1}] of ${file}`).toMatch(NAMES[place?.name ?? ''] ?? /never/);
        expect([place?.type, undefined], `type of ${key}`).toContain(types.get(key));
      }
      const wanted = placesOf(header, 'ARGV');
      const isOpenEnded = repeated(wanted).length > 0 || header.includes('for each');
      if (!isOpenEnded) expect(args.length, file).toBe(wanted.length);
      for (const { from, name: what, type } of fixed(wanted)) {
        expect(args[from - 1], `ARGV[${from}] ${what} of ${file}`).toMatch(TYPES[type] ?? /never/);
      }
    }
    expect([...seen].sort()).toEqual(
      FUNCTION_FILES.filter((file) => file !== 'read-version').sort(),
    );
  });
});

/** Calls every function once at least, with more than one bucket where that is possible. */
async function useEverything(bench: GateBench): Promise<void> {
  const { gate, redis } = bench;
  const terms = { perBuyer: 50, startsAtMs: 1, endsAtMs: 9_999_999_999_999 };
  const buckets = [bucketOf({ terms }), bucketOf({ id: 2 })];
  await openPools(gate, buckets, 500);
  const note = { ...sale('x').note, buyer: 'ann' };
  await Promise.all([
    gate.sell(sale('a', { note })),
    gate.sell(sale('b', { bucketId: 2 })),
    gate.hold(holdOf('c', { note, deadlineMs: 1 })),
    gate.hold(holdOf('d', { bucketId: 2, deadlineMs: 1 })),
    gate.sell(sale('no', { quantity: 10_000, isRetry: true })),
  ]);
  await gate.hold(holdOf('e'));
  await gate.hold(holdOf('f'));
  await gate.expireDue(0, 1, 10);
  await gate.release(sale('e'));
  await gate.locate('SKU-1', 'MAIN');
  await gate.findRequest('a');
  await gate.findEvents({ shard: 0, bucketId: 1, epoch: 1, fromSeq: 1, toSeq: 1 });
  await redis.hincrby(bench.key('p:1'), 'avail', 1);
  await gate.converge(1, buckets[0]!, null);
  await gate.withdraw({ generation: 1, bucket: buckets[0]!, requestId: 'w', quantity: 1 });
  const { entries } = await gate.readEvents(0, { ms: 0, seq: 0 }, 1);
  await gate.trim({
    shard: 0,
    generation: 1,
    upTo: entries[0]!.id,
    ackVersion: 1,
    ackToken: 'feed',
    buckets: [1, 2].map((bucketId) => ({ bucketId, epoch: 1, settledCum: 1 })),
    retentionMs: 0,
  });
  await gate.snapshot(0);
  await gate.digests(0);
  await gate.close(1, buckets[1]!);
  await gate.drop(1, buckets[1]!);
  await gate.begin(0, 2, 'two');
  await gate.load(
    2,
    'two',
    { ...buckets[0]!, epoch: 2 },
    { lossLimit: null, buyers: [['ann', 1]] },
  );
  await gate.adopt(0, 2, 'two');
  await gate.shut(0, 2);
  await adopt(gate, 3);
  await gate.hold(holdOf('left', { generation: 3, note }));
  await useLocks(bench);
}

async function useLocks({ target, prefix }: GateBench): Promise<void> {
  const locks = createTestLocks({ target, keyPrefix: prefix });
  const rows = [1, 2].map((productId) => ({ productId, locationId: 1 }));
  const [ann, bob] = ['ann', 'bob'].map((owner) => ({ owner, rows, ttlMs: 60_000, floor: 0 }));
  await locks.acquire(ann!);
  await locks.acquire(bob!);
  await locks.extend(ann!);
  await locks.release(ann!);
  await locks.acquire(bob!);
  await locks.disconnect();
}
