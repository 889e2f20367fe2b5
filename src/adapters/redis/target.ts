import type { NodeAddress } from './cluster/moved.ts';

/** Where Redis is. Times in milliseconds. */
export interface RedisTarget {
  /** Shown in messages; never holds a password. */
  readonly label: string;
  readonly address:
    { readonly socketPath: string } | { readonly host: string; readonly port: number };
  readonly user: string | null;
  readonly password: string | null;
  /** More nodes of its cluster, to be asked when this one is away. None: it need not be a cluster. */
  readonly otherNodes?: readonly NodeAddress[];
  /** Number of the logical database. */
  readonly database: number;
  /** null = plain text (private socket, loopback, or redis.insecure). */
  readonly tls: { readonly ca: string | null; readonly serverName: string } | null;
}

export interface RedisLimits {
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}
