/** What an answer promises about the books, whoever gave it. */
export type Promised =
  /** Exit 0: booked exactly once when things are quiet. */
  | 'accepted'
  /** Exit 3 and 4: never booked. */
  | 'refused'
  /** Exit 69: this attempt did nothing. */
  | 'not_executed'
  /** Exit 75, signals: once or not at all, and definite after a rerun. */
  | 'unknown'
  /** Anything else is a bug. */
  | 'broken';

export interface Order {
  readonly requestId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly buyer?: string;
}

export interface Answer {
  readonly promised: Promised;
  /** Exit code and error code, or the words of the service: for people who read a failure. */
  readonly detail: string;
  /** All that was printed. */
  readonly output: string;
}

export interface Invocation extends Order, Answer {
  readonly beganMs: number;
  readonly endedMs: number;
}

/** The drill's own record of what was asked and what was answered: the only witness it believes. */
export interface History {
  readonly invocations: readonly Invocation[];
  /** Runs one request and writes down how it went. */
  record(order: Order, place: (order: Order) => Promise<Answer>): Promise<Answer>;
  add(invocation: Invocation): void;
}

export function createHistory(): History {
  const invocations: Invocation[] = [];
  return {
    invocations,
    record: async (order, place) => {
      const beganMs = performance.now();
      const answer = await place(order);
      invocations.push({ ...order, ...answer, beganMs, endedMs: performance.now() });
      return answer;
    },
    add: (invocation) => invocations.push(invocation),
  };
}

/** How often each promise was given: `{ accepted: 20, refused: 30 }`. */
export function countPromises({ invocations }: History): Partial<Record<Promised, number>> {
  const counts: Partial<Record<Promised, number>> = {};
  for (const { promised } of invocations) counts[promised] = (counts[promised] ?? 0) + 1;
  return counts;
}

/** The longest that any request took, in milliseconds. */
export function longestMs({ invocations }: History): number {
  return Math.max(0, ...invocations.map(({ beganMs, endedMs }) => endedMs - beganMs));
}

/**
 * Asks once more for everything that is not definite: each must be after it.
 * @returns how many had been unknown
 */
export async function rerunUnknown(
  history: History,
  place: (order: Order) => Promise<Answer>,
  { atOnce = 4 } = {},
): Promise<number> {
  const doubtful = [...byRequest(history).values()].filter(
    (asked) => !asked.some(({ promised }) => promised === 'accepted' || promised === 'refused'),
  );
  const queue = doubtful.flatMap(([first]) => (first === undefined ? [] : [first]));
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { requestId, sku, quantity, buyer } = next;
        const order = { requestId, sku, quantity, ...(buyer === undefined ? {} : { buyer }) };
        await history.record(order, place);
      }
    }),
  );
  return doubtful.length;
}

/** All invocations of each request id, in the order of their ends. */
export function byRequest({ invocations }: History): Map<string, Invocation[]> {
  const asked = new Map<string, Invocation[]>();
  for (const invocation of invocations) {
    const same = asked.get(invocation.requestId);
    if (same === undefined) asked.set(invocation.requestId, [invocation]);
    else same.push(invocation);
  }
  return asked;
}
