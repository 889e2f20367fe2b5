/** What a MySQL or MariaDB server says of itself, as `inv doctor` judges it. */
export interface MysqlFacts {
  /** As VERSION() gives it: `10.11.6-MariaDB-log`, `8.4.3`. */
  readonly version: string;
  /** Median of a few round trips, in milliseconds. */
  readonly latencyMs: number;
  /** The server's clock less this machine's, in milliseconds; exact to half a round trip. */
  readonly clockOffsetMs: number;
  /** Variables of our session, which inherits what it does not set. */
  readonly variables: ReadonlyMap<string, string>;
  /** Empty = plain text. */
  readonly tlsCipher: string;
  /** `user@host` of the account that commands use, as the server matched it. */
  readonly account: string;
  /** SHOW GRANTS of that account. */
  readonly grants: readonly string[];
}

/** undefined stands for what the account may not ask. */
export interface RedisFacts {
  readonly flavor: 'redis' | 'valkey';
  readonly version: string | undefined;
  readonly latencyMs: number;
  readonly clockOffsetMs: number;
  readonly role: string | undefined;
  /** It is a node of a cluster. */
  readonly isCluster: boolean;
  readonly maxmemoryPolicy: string | undefined;
  readonly isAofOn: boolean | undefined;
  /** False when the server could not write what it acknowledged. */
  readonly isLastWriteOk: boolean;
  readonly appendfsync: string | undefined;
  readonly userName: string | undefined;
  readonly rights: RedisRights | undefined;
}

/** One of the servers that hold pools: "Redis" when there is one, "Redis at host:port" in a cluster. */
export interface RedisNode {
  readonly name: string;
  readonly facts: RedisFacts;
}

/** What the account of inv may do, by the names of commands. */
export interface RedisRights {
  /** Needed, and not allowed. */
  readonly missing: readonly string[];
  /** Allowed, and dangerous. */
  readonly excess: readonly string[];
}
