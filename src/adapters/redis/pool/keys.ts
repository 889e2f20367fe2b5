/** Names of the keys of one shard. The braces make a cluster keep all of them on one node. */
export interface ShardKeys {
  readonly meta: string;
  readonly records: string;
  readonly events: string;
  readonly refusals: string;
  readonly deadlines: string;
  readonly directory: string;
  readonly audit: string;
  bucket(bucketId: number | string): string;
  holds(bucketId: number | string): string;
  buyers(bucketId: number | string): string;
}

export function shardKeys(prefix: string, shard: number): ShardKeys {
  const name = (rest: string): string => `${prefix}:{${shard}}:${rest}`;
  return {
    meta: name('meta'),
    records: name('r'),
    events: name('ev'),
    refusals: name('n'),
    deadlines: name('due'),
    directory: name('dir'),
    audit: name('audit'),
    bucket: (bucketId) => name(`p:${bucketId}`),
    holds: (bucketId) => name(`h:${bucketId}`),
    buyers: (bucketId) => name(`b:${bucketId}`),
  };
}

/** The five keys that most functions begin with. */
export function headKeys(keys: ShardKeys): readonly string[] {
  return [keys.meta, keys.records, keys.events, keys.refusals, keys.deadlines];
}

/** The three keys of a bucket, in the order of the functions. */
export function bucketKeys(keys: ShardKeys, bucketId: number | string): readonly string[] {
  return [keys.bucket(bucketId), keys.holds(bucketId), keys.buyers(bucketId)];
}
