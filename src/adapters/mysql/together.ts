import { createCoalescer } from '../../lib/coalescer.ts';
import type { CoalescerOptions } from '../../lib/coalescer.ts';
import { InvError } from '../../lib/errors.ts';

/** While one is under way, the next may leave: reads keep nobody waiting. */
export const READS_IN_FLIGHT_MAX = 2;
/** Ids in one statement: many enough for a rush, few enough that nobody waits long for the others. */
const REQUESTS_MAX = 500;
/** Requests that wait, in calls: with more, the process asks for more than MySQL can answer. */
const WAITING_CALLS_MAX = 20;

/**
 * Questions of one kind to MySQL: those that come together travel together, in one unit of work. A lone
 * one waits for nobody.
 * @throws InvError STORE_UNAVAILABLE when too many wait; what the unit throws, to all that were in it
 */
export function askTogether<Request, Answer>(options: {
  readonly label: string;
  readonly unitsInFlightMax: number;
  readonly ask: CoalescerOptions<Request, Answer>['send'];
}): (request: Request) => Promise<Answer> {
  const { label, unitsInFlightMax, ask } = options;
  return createCoalescer({
    limits: {
      requestsMax: REQUESTS_MAX,
      bytesMax: Infinity,
      callsInFlightMax: unitsInFlightMax,
      waitingMax: REQUESTS_MAX * WAITING_CALLS_MAX,
    },
    send: ask,
    sizeOf: () => 1,
    fit: () => true,
    overflow: () =>
      Promise.reject(
        new InvError('STORE_UNAVAILABLE', `too many requests wait for MySQL at ${label}`, {
          hint: 'slow down, or share the work among more processes',
          facts: { store: 'mysql' },
        }),
      ),
  });
}
