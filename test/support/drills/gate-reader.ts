import { askRedis } from './own-redis.ts';

/** A bucket as it stands in Redis, read without the program's own code. */
export interface RawBucket {
  readonly bucketId: number;
  /** Name of its hash of counters, for damage. */
  readonly key: string;
  readonly epoch: number;
  readonly grantVersion: number;
  readonly delegated: number;
  readonly avail: number;
  readonly held: number;
  readonly seq: number;
  readonly cum: number;
  /** Units of the holds of this epoch, counted one by one. */
  readonly sumOfHolds: number;
}

export interface RawGate {
  readonly buckets: readonly RawBucket[];
  readonly streams: readonly string[];
  /** Keys with a time to live. */
  readonly keysThatExpire: readonly string[];
}

/**
 * Everything below the prefix in one script, so that it is one moment also under traffic: hashes of
 * counters are known by their field `avail`, holds by their shape (quantity|deadline|epoch|…).
 */
const LOOK = `
  local found = { buckets = {}, holds = {}, streams = {}, expiring = {} }
  for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
    local kind = redis.call('TYPE', key).ok
    if redis.call('PTTL', key) ~= -1 then table.insert(found.expiring, key) end
    if kind == 'stream' then
      table.insert(found.streams, key)
    elseif kind == 'hash' then
      if redis.call('HEXISTS', key, 'avail') == 1 then
        local entry = { key }
        for _, field in ipairs({ 'epoch', 'gv', 'D', 'avail', 'held', 'seq', 'cum' }) do
          table.insert(entry, redis.call('HGET', key, field) or 'nil')
        end
        table.insert(found.buckets, entry)
      else
        for _, value in ipairs(redis.call('HVALS', key)) do
          local quantity, epoch = string.match(value, '^(%d+)|%d+|(%d+)|')
          if quantity then table.insert(found.holds, { key, epoch, quantity }) end
        end
      end
    end
  end
  return cjson.encode(found)`;

interface Look {
  readonly buckets: readonly (readonly string[])[] | object;
  readonly holds: readonly (readonly [string, string, string])[] | object;
  readonly streams: readonly string[] | object;
  readonly expiring: readonly string[] | object;
}

export interface RawGateOptions {
  readonly redisSocket: string;
  /** Those of a cluster that have slots, instead. */
  readonly redisSockets?: () => Promise<readonly string[]>;
  readonly keyPrefix: string;
}

export async function readGateBuckets(options: RawGateOptions): Promise<RawGate> {
  const { redisSocket, redisSockets, keyPrefix } = options;
  const sockets = redisSockets === undefined ? [redisSocket] : await redisSockets();
  const gates = await Promise.all(sockets.map((socket) => readOne(socket, keyPrefix)));
  return {
    buckets: gates.flatMap(({ buckets }) => buckets),
    streams: gates.flatMap(({ streams }) => streams),
    keysThatExpire: gates.flatMap(({ keysThatExpire }) => keysThatExpire),
  };
}

async function readOne(redisSocket: string, keyPrefix: string): Promise<RawGate> {
  const text = String(await askRedis(redisSocket, 'EVAL', LOOK, 0, `${keyPrefix}:`));
  const look = JSON.parse(text) as Look;
  const holds = listOf(look.holds);
  return {
    buckets: listOf(look.buckets).map(([key = '', epoch = '', ...numbers]) => {
      const bucketId = numberAtEnd(key);
      const [grantVersion = NaN, delegated = NaN, avail = NaN, held = NaN, ...rest] =
        numbers.map(Number);
      const [seq = NaN, cum = NaN] = rest;
      const sumOfHolds = holds
        .filter(([holder, ofEpoch]) => numberAtEnd(holder) === bucketId && ofEpoch === epoch)
        .reduce((sum, [, , quantity]) => sum + Number(quantity), 0);
      const counters = { grantVersion, delegated, avail, held, seq, cum, sumOfHolds };
      return { bucketId, key, epoch: Number(epoch), ...counters };
    }),
    streams: listOf(look.streams),
    keysThatExpire: listOf(look.expiring),
  };
}

/** The only bucket that there is. */
export async function onlyBucket(options: RawGateOptions): Promise<RawBucket> {
  const { buckets } = await readGateBuckets(options);
  const [bucket] = buckets;
  if (bucket === undefined || buckets.length > 1) {
    throw new Error(`not one bucket: ${JSON.stringify(buckets)}`);
  }
  return bucket;
}

/** An empty table of Lua is an object in JSON. */
function listOf<T>(value: readonly T[] | object): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

function numberAtEnd(key: string): number {
  return Number(/(\d+)$/.exec(key)?.[1] ?? NaN);
}
