import { InvError } from '../lib/errors.ts';
import { createHistogram, FINE_BITS, record } from '../loadtest/histogram/histogram.ts';
import type { Histogram } from '../loadtest/histogram/histogram.ts';
import type { Clock } from '../ports/clock.ts';
import type { BenchAnswer, BenchRequest, Contestant } from './contestant.ts';

/** What the caller of one request knows in the end. */
export type Told = 'accepted' | 'rejected' | 'failed' | 'unknown';

export interface ToldRequest extends BenchRequest {
  readonly told: Told;
}

export interface Bout {
  readonly requests: readonly ToldRequest[];
  /** Answers that repeated an earlier one. */
  readonly replayed: number;
  /** Failures by error code. */
  readonly failures: ReadonlyMap<string, number>;
  readonly latencies: Histogram;
  readonly durationMs: number;
}

export interface BoutOptions {
  readonly next: () => BenchRequest;
  /** Writers at the same time; each waits for its own answer. */
  readonly writers: number;
  /** No request is begun after so many milliseconds, or after so many requests. */
  readonly durationMs: number;
  readonly requestsMax: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A closed loop: every writer sends its next request when the last one is answered. */
export async function fight(contestant: Contestant, options: BoutOptions): Promise<Bout> {
  const { next, writers, durationMs, requestsMax, clock, signal } = options;
  const requests: ToldRequest[] = [];
  const failures = new Map<string, number>();
  const latencies = createHistogram(FINE_BITS);
  let replayed = 0;
  let begun = 0;

  const send = async (request: BenchRequest): Promise<Told> => {
    const sentAtMs = clock.monotonic();
    const answer = await answerTo(contestant, request);
    record(latencies, clock.monotonic() - sentAtMs);
    if (answer === 'replayed') replayed += 1;
    if (answer === 'replayed' || answer === 'accepted') return 'accepted';
    if (answer === 'rejected') return 'rejected';
    failures.set(answer.code, (failures.get(answer.code) ?? 0) + 1);
    return answer.code === 'OUTCOME_UNKNOWN' ? 'unknown' : 'failed';
  };

  const startedAtMs = clock.monotonic();
  const write = async (): Promise<void> => {
    const goesOn = (): boolean =>
      begun < requestsMax && clock.monotonic() - startedAtMs < durationMs && !signal.aborted;
    while (goesOn()) {
      begun += 1;
      const request = next();
      const copies = Array.from({ length: request.isDoubled ? 2 : 1 }, () => send(request));
      requests.push({ ...request, told: strongest(await Promise.all(copies)) });
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return { requests, replayed, failures, latencies, durationMs: clock.monotonic() - startedAtMs };
}

async function answerTo(
  contestant: Contestant,
  request: BenchRequest,
): Promise<BenchAnswer | { readonly code: string }> {
  try {
    return await contestant.take(request);
  } catch (error) {
    // A way that is known to be wrong may fail in any way; of the others, anything else is a bug.
    if (error instanceof InvError) return { code: error.code };
    if (contestant.isUnsafe && error instanceof Error) return { code: error.name };
    throw error;
  }
}

/** A caller who clicked twice has what one of the answers gives. */
function strongest(told: readonly Told[]): Told {
  const order: readonly Told[] = ['accepted', 'unknown', 'rejected', 'failed'];
  return order.find((one) => told.includes(one)) ?? 'failed';
}
