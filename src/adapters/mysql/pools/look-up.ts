import type { OrderRow, PoolBooks } from '../../../ports/pool-books.ts';
import type { Database } from '../database.ts';
import { isoFromDatetime } from '../values.ts';
import { answersOf, databaseNow } from './answers.ts';
import { selectOrdersOf } from './order-queries.ts';
import { askTogether } from './together.ts';

/** While one is under way, the next may leave: reads keep nobody waiting. */
const READS_IN_FLIGHT_MAX = 2;

/** LOOKUP: what the ledger knows of a request, and the database's time. */
export function createLookUp(database: Database): PoolBooks['lookup'] {
  return askTogether({
    label: database.label,
    unitsInFlightMax: READS_IN_FLIGHT_MAX,
    ask: (requestIds: readonly string[]) =>
      database.read(async (session) => {
        const now = isoFromDatetime(await databaseNow(session));
        const answers = await answersOf(session, requestIds);
        return requestIds.map((requestId) => ({
          ...(answers.get(requestId) ?? { status: 'none' as const }),
          now,
        }));
      }),
  });
}

/** The order that a request made, if it made one. */
export function createFindOrder(database: Database): PoolBooks['order'] {
  const find = askTogether<string, { readonly row: OrderRow | undefined }>({
    label: database.label,
    unitsInFlightMax: READS_IN_FLIGHT_MAX,
    ask: (requestIds) =>
      database.read(async (session) => {
        const rows = await selectOrdersOf(session, requestIds);
        return requestIds.map((requestId) => ({ row: rows.get(requestId) }));
      }),
  });
  return async (requestId) => (await find(requestId)).row;
}
