import { POOLS } from './redis-state.ts';
import type { PoolState } from './redis-state.ts';

/** `settlement_progress`. */
export interface Shard {
  generation: number;
  version: number;
  /** Id of the last settled stream entry (`W`). */
  position: number;
  recoverRequest: number;
  isFrozen: boolean;
}

export interface PoolRow {
  readonly sku: number;
  epoch: number;
  state: PoolState;
  grantVersion: number;
  delegated: number;
  settledSeq: number;
  settledCum: number;
  settledRet: number;
  sold: number;
  returned: number;
  duplicates: number;
  short: number;
  quarantine: number;
}

export interface StockRow {
  onHand: number;
  reserved: number;
}

export type PostingKind = 'sale' | 'direct' | 'return' | 'void';

export interface Posting {
  readonly kind: PostingKind;
  readonly quantity: number;
}

export interface MysqlData {
  shard: Shard;
  /** `settlement_log`: the random token of each settlement, by version. */
  log: Map<number, number>;
  pools: PoolRow[];
  /** By product. */
  stock: StockRow[];
  operations: Set<number>;
  /** By request id. */
  postings: Map<number, Posting>;
  /** Units of lost sales whose request nobody knows, by product. */
  recovered: number[];
}

export function createMysqlData(skuOfPools: readonly number[], onHand: number): MysqlData {
  return {
    shard: { generation: 0, version: 0, position: 0, recoverRequest: -1, isFrozen: false },
    log: new Map(),
    pools: skuOfPools.slice(0, POOLS).map((sku) => ({
      sku,
      epoch: 0,
      state: 'closed' as const,
      grantVersion: 0,
      delegated: 0,
      settledSeq: 0,
      settledCum: 0,
      settledRet: 0,
      sold: 0,
      returned: 0,
      duplicates: 0,
      short: 0,
      quarantine: 0,
    })),
    stock: Array.from({ length: POOLS }, () => ({ onHand, reserved: 0 })),
    operations: new Set(),
    postings: new Map(),
    recovered: Array.from({ length: POOLS }, () => 0),
  };
}

export function copyMysqlData(data: MysqlData): MysqlData {
  return {
    shard: { ...data.shard },
    log: new Map(data.log),
    pools: data.pools.map((pool) => ({ ...pool })),
    stock: data.stock.map((row) => ({ ...row })),
    operations: new Set(data.operations),
    postings: new Map(data.postings),
    recovered: data.recovered.slice(),
  };
}

/** Units handed to Redis that are not settled yet. */
export function outstanding(pool: PoolRow): number {
  return pool.delegated - pool.settledCum;
}
