/** Limits of the calls of one process to one place: a shard of Redis, MySQL. */
export interface CoalescerLimits {
  readonly requestsMax: number;
  readonly bytesMax: number;
  readonly callsInFlightMax: number;
  /** Requests that wait for a call at most. */
  readonly waitingMax: number;
}

export interface CoalescerOptions<Request, Answer> {
  readonly limits: CoalescerLimits;
  /** Sends requests in one call. @returns their answers, in order */
  readonly send: (requests: readonly Request[]) => Promise<readonly Answer[]>;
  readonly sizeOf: (request: Request) => number;
  /** Whether both may travel in one call. */
  readonly fit: (first: Request, other: Request) => boolean;
  /** What becomes of one request too many. */
  readonly overflow: () => Promise<Answer>;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Lets requests that come together travel together. A lone one leaves in the same tick; while as many
 * calls as allowed are under way, the others gather for the next. A call that fails fails the requests
 * that travelled in it, and no others.
 */
export function createCoalescer<Request, Answer>(
  options: CoalescerOptions<Request, Answer>,
): (request: Request) => Promise<Answer> {
  const { limits, send, sizeOf, fit, overflow } = options;
  let waiting: Waiting<Request, Answer>[] = [];
  let callsInFlight = 0;
  let isScheduled = false;

  /** How many of the waiting requests fit into one call, from the first on. */
  function countThatFits(first: Request): number {
    let count = 0;
    let bytes = 0;
    for (const { request } of waiting) {
      bytes += sizeOf(request);
      const isFull = count === limits.requestsMax || (count > 0 && bytes > limits.bytesMax);
      if (isFull || !fit(first, request)) break;
      count += 1;
    }
    return count;
  }

  /** Takes the next requests from those that wait; the rest goes on waiting, in order. */
  function nextBatch(): readonly Waiting<Request, Answer>[] {
    const [first] = waiting;
    const count = first === undefined ? 0 : countThatFits(first.request);
    const batch = waiting;
    waiting = batch.splice(count);
    return batch;
  }

  async function travel(batch: readonly Waiting<Request, Answer>[]): Promise<void> {
    callsInFlight += 1;
    try {
      const answers = await send(batch.map(({ request }) => request));
      // The next call need not wait until this one's callers have looked at their answers.
      callsInFlight -= 1;
      settle(batch, answers);
    } catch (error) {
      callsInFlight -= 1;
      for (const { reject } of batch) reject(error);
    }
    schedule();
  }

  function flush(): void {
    isScheduled = false;
    while (waiting.length > 0 && callsInFlight < limits.callsInFlightMax) {
      void travel(nextBatch());
    }
  }

  function schedule(): void {
    if (isScheduled || waiting.length === 0 || callsInFlight >= limits.callsInFlightMax) return;
    isScheduled = true;
    queueMicrotask(flush);
  }

  return (request) => {
    if (waiting.length >= limits.waitingMax) return overflow();
    return new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      schedule();
    });
  };
}

/** Gives each caller its own answer. */
function settle<Request, Answer>(
  batch: readonly Waiting<Request, Answer>[],
  answers: readonly Answer[],
): void {
  batch.forEach(({ resolve, reject }, index) => {
    const answer = answers[index];
    if (answer === undefined) reject(new Error('invariant broken: every request has its answer'));
    else resolve(answer);
  });
}
