export interface ParkedEvent {
  readonly id: number;
  readonly shard: number;
  readonly eventId: string;
  readonly kind: 'unreadable' | 'unknown_pool' | 'conflict' | 'oversold';
  /** null: it names none that the books know. `units`: those of a sale that the stock could not cover. */
  readonly bucketId: number | null;
  readonly units: number | null;
  readonly reason: string;
  readonly payload: string;
  readonly attempts: number;
  readonly parkedAt: string;
  readonly resolvedAt: string | null;
  readonly resolution: 'settled' | 'discarded' | null;
}
