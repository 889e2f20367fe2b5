/** What a buyer of the load generator asks for. */
export type LoadAction = 'order' | 'hold' | 'confirm' | 'cancel';

export interface LoadRequest {
  readonly action: LoadAction;
  readonly requestId: string;
  /**
   * True when nobody asks for the same under this id before there is an answer: then a NO needs no
   * record. False for double clicks, and for what is asked again because its answer was lost.
   */
  readonly isFresh: boolean;
  readonly buyer: string;
  /** Index of the product, from 0. */
  readonly product: number;
  /** Base units; a confirmation or cancellation repeats those of its hold. */
  readonly quantity: number;
  /** Of a hold: how long it lasts. */
  readonly holdMs: number;
}

/** Why a request got nothing. */
export type LoadRefusal = 'sold_out' | 'limit' | 'closed' | 'window' | 'no_hold' | 'other';

/**
 * What the system under test said. A failure is thrown: an InvError that says nothing was executed
 * counts as an error, everything else as an unknown outcome, which is asked for again.
 */
export type LoadAnswer =
  | {
      readonly status: 'accepted' | 'held';
      readonly isReplay: boolean;
      /** Units left of the product, where the system says so. */
      readonly remaining: number | null;
    }
  | { readonly status: 'cancelled'; readonly isReplay: boolean }
  | { readonly status: 'refused'; readonly reason: LoadRefusal; readonly isReplay: boolean }
  /** The id was used before with other content, which it never was here. */
  | { readonly status: 'conflict' };

/** A system under test: a strategy in this process, or a server behind HTTP. */
export interface LoadTarget {
  /** Shown in reports: `lua`, `conditional`, `http://…`. */
  readonly name: string;
  /** Sends one request now; the generator never waits for one before it sends the next. */
  start(request: LoadRequest): Promise<LoadAnswer>;
}

/** Levels that are watched beside the load, ten times a second and never twice at once. */
export interface LoadGauge {
  read(): Promise<{
    /** Units of all products (but the warm-up's) still for sale; null = cannot be told. */
    readonly unitsLeft: number | null;
    /** Accepted sales that the books do not show yet; null = cannot be told. */
    readonly backlog: number | null;
  }>;
}
