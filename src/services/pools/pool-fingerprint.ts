import { hash } from 'node:crypto';
import type { PoolTerms } from '../../domain/pool.ts';
import type { PoolPlace } from './find-pool.ts';

export interface PoolContent {
  readonly action: 'open' | 'top_up' | 'close' | 'release';
  readonly quantity: number;
  readonly buckets: number;
  readonly terms: PoolTerms | null;
  readonly reason: string | undefined;
}

/** sha256 (64 hex digits) of what a command about a pool asks for: tells a replay from a reused id. */
export function poolFingerprint(
  { sku, location }: PoolPlace,
  { action, quantity, buckets, terms, reason }: PoolContent,
): string {
  const canonical = [
    'pool',
    action,
    sku,
    location,
    quantity,
    buckets,
    terms === null ? null : [terms.floor, terms.perBuyer, terms.startsAtMs, terms.endsAtMs],
    reason ?? null,
  ];
  return hash('sha256', JSON.stringify(canonical), 'hex');
}
