export interface BackoffOptions {
  readonly baseMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/**
 * Exponential backoff with full jitter: a random time between 0 and base × factor^attempt, capped.
 * Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 * @param attempt counts from 0
 * @param random a number in [0, 1)
 * @returns milliseconds
 */
export function backoffMs(attempt: number, random: number, options: BackoffOptions): number {
  return random * Math.min(options.maxMs, options.baseMs * options.factor ** attempt);
}
