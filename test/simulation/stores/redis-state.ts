/** `inv:{s}:meta`: one a shard. */
export interface Meta {
  generation: number;
  token: number;
  isOpen: boolean;
  /** Data was lost and no recovery has adopted what is here since. */
  isLossy: boolean;
  /** The last settlement that MySQL told Redis of: its version and its random token. */
  acknowledgedVersion: number;
  acknowledgedToken: number;
  /** The highest epoch ever created, by pool. */
  created: number[];
}

export type PoolState = 'open' | 'closing' | 'closed';

export interface RedisPool {
  epoch: number;
  state: PoolState;
  grantVersion: number;
  delegated: number;
  available: number;
  held: number;
  seq: number;
  /** Units sold or returned so far, and the returned ones among them. */
  cum: number;
  ret: number;
  /** The part of `cum` that MySQL is known to have settled. */
  acknowledgedCum: number;
  /** Not of the protocol: a fault has changed a counter and nothing has mended it yet. */
  isDamaged: boolean;
}

export type RecordCode = 'sold' | 'returned' | 'held' | 'no';

export interface RequestRecord {
  readonly code: RecordCode;
  readonly pool: number;
  readonly epoch: number;
  readonly seq: number;
  readonly quantity: number;
  /** Ticks of Redis; only a NO has an end. */
  readonly expiresAt: number;
}

export interface Hold {
  readonly quantity: number;
  readonly deadline: number;
  readonly epoch: number;
}

export interface StreamEvent {
  readonly pool: number;
  readonly epoch: number;
  readonly seq: number;
  /** Values after the event. */
  readonly cum: number;
  readonly ret: number;
  readonly kind: 'sale' | 'return';
  readonly quantity: number;
  readonly request: number;
}

/** One stream entry: the events of one call. */
export interface Entry {
  readonly id: number;
  readonly events: readonly StreamEvent[];
}

/** What a crash can take back to an older point. */
export interface RedisData {
  meta: Meta | null;
  pools: (RedisPool | null)[];
  holds: Map<number, Hold>[];
  records: Map<number, RequestRecord>;
  stream: Entry[];
  lastId: number;
}

export interface Redis {
  data: RedisData;
  /** The library's own variable: it dies with the process, and survives FLUSHALL. */
  upvalue: number | null;
  /** How far the server's clock is from the true one, in ticks. */
  clockOffset: number;
  /** The events of the call under way, written as one entry at its end. */
  entry: StreamEvent[] | null;
}

export const POOLS = 2;

export function emptyRedisData(): RedisData {
  return {
    meta: null,
    pools: Array.from({ length: POOLS }, () => null),
    holds: Array.from({ length: POOLS }, () => new Map<number, Hold>()),
    records: new Map(),
    stream: [],
    lastId: 0,
  };
}

export function copyRedisData(data: RedisData): RedisData {
  return {
    meta: data.meta && { ...data.meta, created: data.meta.created.slice() },
    pools: data.pools.map((pool) => pool && { ...pool }),
    holds: data.holds.map((holds) => new Map(holds)),
    records: new Map(data.records),
    stream: data.stream.slice(),
    lastId: data.lastId,
  };
}
