/** Names of the keys of one shard. The braces make a cluster keep all of them on one node. */
export interface ShardKeys {
  readonly meta: string;
  readonly records: string;
  readonly events: string;
  readonly refusals: string;
  readonly deadlines: string;
  readonly directory: string;
  readonly audit: string;
  /** The five keys that most functions begin with. */
  readonly head: readonly string[];
  /** The three keys of a bucket, in the order of the functions. */
  all(bucketId: number | string): readonly string[];
  bucket(bucketId: number | string): string;
  holds(bucketId: number | string): string;
  buyers(bucketId: number | string): string;
}

export function shardKeys(prefix: string, shard: number): ShardKeys {
  const name = (rest: string): string => `${prefix}:{${shard}}:${rest}`;
  const shared = {
    meta: name('meta'),
    records: name('r'),
    events: name('ev'),
    refusals: name('n'),
    deadlines: name('due'),
  };
  return {
    ...shared,
    head: Object.values(shared),
    all: (bucketId) => [name(`p:${bucketId}`), name(`h:${bucketId}`), name(`b:${bucketId}`)],
    directory: name('dir'),
    audit: name('audit'),
    bucket: (bucketId) => name(`p:${bucketId}`),
    holds: (bucketId) => name(`h:${bucketId}`),
    buyers: (bucketId) => name(`b:${bucketId}`),
  };
}
