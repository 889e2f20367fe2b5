import type {
  BucketMark,
  MarkDigests,
  OrderState,
  PoolBucket,
  SaleEvent,
  ReturnEvent,
  StreamEntry,
  StreamId,
} from '../domain/pool.ts';
import type { Posting } from '../domain/posting.ts';
import type { ParkedEvent } from './parked-event.ts';
import type { PoolCommands, ShardLoss } from './pool-commands.ts';
import type { AdoptOptions, RebuildOptions, SeenInRedis } from './shard-recovery.ts';
import type { UndoneBy } from './undone-by.ts';
import type { WriteContext } from './write-context.ts';

/** One shard's row of settlement_progress. */
export interface ShardProgress {
  readonly shard: number;
  /** Recovery generation: Redis must carry the same. */
  readonly generation: number;
  /** Raised by every transaction that moves the position of settlement. */
  readonly version: number;
  /** The last settled stream entry (W). */
  readonly watermark: StreamId;
  /** A generation that somebody wants recovered; ignored once `generation` is past it. */
  readonly recoverRequest: number | null;
  readonly state: 'ready' | 'frozen';
  readonly frozenReason: string | null;
  /** L of the protocol: acknowledged units a crash of Redis may lose at most, per bucket; null = off. */
  readonly lossLimit: number | null;
  /** The process of Redis that the shard was opened on last; null: it never was, or that was not told. */
  readonly redisRun: string | null;
}

/** Shard and buckets, read in one statement. */
export interface ShardBooks {
  readonly progress: ShardProgress;
  /** Every bucket that is not closed; those closed too when asked for. */
  readonly buckets: readonly PoolBucket[];
}

/** A shard in few columns. */
export interface ShardMarks {
  readonly progress: ShardProgress;
  /** Of buckets that are not closed. */
  readonly marks: readonly BucketMark[];
}

/** Of buckets that are not closed. */
export type ShardDigests = MarkDigests & { readonly progress: ShardProgress };

/** Which buckets of a shard are asked for: with `only`, none but these. */
export interface ShardFilter {
  readonly includeClosed: boolean;
  readonly only?: ReadonlySet<number> | undefined;
}

/** What the ledger knows of a request id. */
export type LedgerAnswer =
  | { readonly status: 'none' }
  /** A recorded NO. */
  | { readonly status: 'void'; readonly fingerprint: string }
  | { readonly status: 'booked'; readonly fingerprint: string; readonly posting: Posting };

/** What the books know of a request id, all of one moment. */
export type KnownRequest = LedgerAnswer & {
  /** What the request ordered, if it is in the books. */
  readonly order: OrderRow | null;
  /** The database's time. */
  readonly now: string;
};

export interface VoidRequest {
  readonly fingerprint: string;
  readonly quantity: number;
  /** By the database's clock, from `now`: later, the attempt has no effect. */
  readonly notAfter: string;
  /** Of each shard whose Redis said NO: a recovery since then may have lost the record of it. */
  readonly generations: ReadonlyMap<number, number>;
}

export type SettleOutcome =
  | {
      readonly status: 'settled';
      readonly version: number;
      readonly token: string;
      readonly watermark: StreamId;
      /** In events, as are the next three; a range of lost ones counts as one. */
      readonly sold: number;
      readonly returned: number;
      readonly duplicates: number;
      readonly parked: number;
      /** Of each parked event the bucket that it is about; null: nobody can tell. */
      readonly parkedIn: readonly (number | null)[];
      readonly buckets: readonly {
        readonly bucketId: number;
        readonly epoch: number;
        readonly settledCum: number;
      }[];
      /** What a person should hear of (CUM, OVERDRAW, recovered units, parked events). */
      readonly alarms: readonly string[];
    }
  /** The position has moved since it was read: start over. */
  | { readonly status: 'overtaken' }
  | { readonly status: 'frozen'; readonly reason: string }
  /** MySQL is older than what Redis was told: the shard is frozen now. */
  | { readonly status: 'restored' }
  /** An event below the settled position: Redis went back. Recovery is due. */
  | { readonly status: 'regress'; readonly bucketId: number }
  /** Events are missing: look their records up and settle again with what was found. */
  | { readonly status: 'gap'; readonly ranges: readonly MissingRange[] };

export interface MissingRange {
  readonly bucketId: number;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

export interface SettleRequest {
  readonly shard: number;
  /** The position the entries were read from. */
  readonly version: number;
  readonly ackVersion: number;
  readonly ackToken: string | null;
  readonly entries: readonly StreamEntry[];
  /** Events of gaps, found by their records; null when nobody has looked yet. */
  readonly found: readonly (SaleEvent | ReturnEvent)[] | null;
}

/** A tail of the numbering that the stream lost (LOST TAIL): booked from records and counters. */
export interface LostTail extends MissingRange {
  readonly shard: number;
  readonly version: number;
  readonly cum: number;
  readonly ret: number;
  readonly found: readonly (SaleEvent | ReturnEvent)[];
}

export interface OrderRow {
  readonly requestId: string;
  readonly state: Exclude<OrderState, 'accepted'>;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly buyer: string | null;
  readonly poolId: number | null;
  readonly fingerprint: string;
  readonly reference: string | null;
  readonly deadline: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An order of a list. */
export interface BookedOrderRow extends OrderRow {
  /** By what a sale is undone; null: it stands, or the order is no sale. */
  readonly undone: UndoneBy | null;
}

export interface OrderFilter {
  readonly sku: string | null;
  readonly buyer: string | null;
  readonly state: OrderRow['state'] | null;
  readonly limit: number;
}

/** The MySQL half of the pools (docs/pools.md): every unit of section 7 of the protocol, one function each. */
export interface PoolBooks extends PoolCommands {
  /** closing → closed, where everything is settled. @returns whether it is closed now */
  endClose(bucketId: number): Promise<boolean>;
  buckets(filter: {
    readonly productId?: number;
    readonly locationId?: number;
    readonly includeClosed: boolean;
  }): Promise<readonly PoolBucket[]>;

  // Requests.
  /** Many that come together are answered together. */
  lookup(requestId: string): Promise<KnownRequest>;
  /**
   * Records a NO. @returns `late` after `notAfter`, `moved` after a recovery of one of the shards; else
   * what the id stands for now
   */
  recordVoid(
    request: VoidRequest,
    write: WriteContext,
  ): Promise<LedgerAnswer | { readonly status: 'late' } | { readonly status: 'moved' }>;
  /** Of `lookup`, the order alone. */
  order(requestId: string): Promise<OrderRow | undefined>;
  orders(filter: OrderFilter): Promise<readonly BookedOrderRow[]>;
  /** null: the posting stands. */
  undoneBy(postingId: number): Promise<UndoneBy | null>;

  // Settlement and recovery.
  shard(shard: number, filter: ShardFilter): Promise<ShardBooks>;
  shardDigests(shard: number): Promise<ShardDigests>;
  /** @param groups of `digestGroupOf`, of which the marks are read */
  shardMarks(shard: number, groups: readonly number[]): Promise<ShardMarks>;
  settle(request: SettleRequest): Promise<SettleOutcome>;
  bookLostTail(tail: LostTail): Promise<'booked' | 'overtaken'>;
  requestRecovery(shard: number, generation: number): Promise<void>;
  /** gen + 1, ver + 1. @returns the new generation; null when the shard is frozen */
  beginRecovery(shard: number): Promise<number | null>;
  /**
   * For an adoption: W := id, the last one that the stream has generated. New entries after a rollback
   * and a clock that went back would get ids below a W that stayed, and never be settled; what is settled
   * already would be met again at a W that stayed below. @returns false when the generation has moved
   */
  adoptPosition(shard: number, generation: number, options: AdoptOptions): Promise<boolean>;
  /** After an adoption: from now on this is the Redis that the shard was opened on. */
  noteOpened(shard: number, generation: number, redisRun: string | null): Promise<void>;
  /** A new epoch for every bucket that is not closed. @returns null when the generation has moved */
  rebuild(
    shard: number,
    generation: number,
    options: RebuildOptions,
  ): Promise<readonly PoolBucket[] | null>;
  freeze(shard: number, reason: string): Promise<void>;
  /**
   * A person has looked: the shard works again, and is recovered first. What Redis was told counts as
   * known from now on, and the generation goes past the one it has, so that what follows is not taken for
   * a restored MySQL once more.
   * @param seen as Redis has it; without it, what the freeze has noted
   */
  unfreeze(shard: number, seen?: SeenInRedis): Promise<void>;
  /** What recoveries of the last seven days may have lost; null: nothing. */
  loss(shard: number): Promise<ShardLoss | null>;
  /** Units sold in the present sale of a bucket, by buyer. */
  buyers(bucketId: number): Promise<readonly (readonly [string, number])[]>;
  /** A row of the settlement log now and then, so that a restored MySQL is noticed also when idle. */
  heartbeat(shard: number, version: number): Promise<{ version: number; token: string } | null>;

  parked(options: {
    readonly includeResolved: boolean;
    readonly limit: number;
  }): Promise<readonly ParkedEvent[]>;
  /** Tries to settle it again. */
  retryParked(
    id: number,
    write: WriteContext,
  ): Promise<'settled' | 'still_parked' | 'resolved_before' | 'not_found'>;
  discardParked(
    id: number,
    write: WriteContext,
  ): Promise<'discarded' | 'resolved_before' | 'not_found'>;
}
