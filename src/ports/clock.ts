/** Time and chance, as the outside world gives them. Tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch, by this machine's clock. Never used for business dates. */
  now(): number;
  /** Milliseconds on a clock that never goes back. */
  monotonic(): number;
  /** Resolves after the given time, or rejects with the signal's reason when that comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}
