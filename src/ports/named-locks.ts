/**
 * Locks by name that end with the process that holds them. They spare work that two would do twice;
 * nothing relies on them for being right, because the holder can lose one without knowing it.
 */
export interface NamedLocks {
  /** Waits up to `waitMs` (whole seconds, rounded up; 0 = not at all). @returns null when another holds it */
  take(name: string, options: { readonly waitMs: number }): Promise<HeldLock | null>;
  /** Who holds it; null: nobody. */
  holder(name: string): Promise<LockHolder | null>;
}

export interface HeldLock {
  /** Asks the store, so it also keeps the connection alive. False: the connection is gone, another may hold it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export interface LockHolder {
  /** Number of the holder's connection, as the store counts them. */
  readonly connectionId: number;
  /** Where it comes from, as the store sees it; null when that is not told to this account. */
  readonly host: string | null;
}
