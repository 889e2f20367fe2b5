import type { LedgerSnapshot } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { readBadPostings } from './bad-postings.ts';
import { readBrokenRuns } from './broken-runs.ts';
import { readEnds, readNextProduct, readProductsTogether, readStockRows } from './ledger-ends.ts';
import { readLevels, readPlace } from './level-books.ts';
import { readMovementsAfter, readSealedSums, readWrongSeals } from './sealed-sums.ts';
import { readLastOrderId, readWrongOrders } from './wrong-orders.ts';
import { readWrongBuckets, readWrongBucketSums } from './wrong-buckets.ts';
import { readSuspectsByMovements, readSuspectsBySeals } from './suspects.ts';
import { readWeightedSums } from './weighted-sums.ts';

/** Reads of one moment: the session is inside a consistent snapshot. */
export function createLedgerSnapshot(session: Session, movementsAtOnce: number): LedgerSnapshot {
  return {
    ends: () => readEnds(session),
    nextProduct: (after) => readNextProduct(session, after),
    productsTogether: (range) => readProductsTogether(session, range, movementsAtOnce),
    movementsAfter: (id, limit) => readMovementsAfter(session, id, limit),
    stockRows: () => readStockRows(session),
    weightedSums: (range, seed) => readWeightedSums(session, range, seed),
    suspectsBySeals: (range) => readSuspectsBySeals(session, range),
    suspectsByMovements: (range) => readSuspectsByMovements(session, range),
    sealedSums: (places) => readSealedSums(session, places),
    wrongSeals: (range, sealedTo) => readWrongSeals(session, range, sealedTo),
    levels: (productIds) => readLevels(session, productIds),
    brokenRuns: (range, limit) => readBrokenRuns(session, range, { limit, movementsAtOnce }),
    place: (productId, locationId) => readPlace(session, productId, locationId),
    badPostings: (after, upTo) => readBadPostings(session, after, upTo),
    wrongBuckets: () => readWrongBuckets(session),
    wrongBucketSums: (productIds) => readWrongBucketSums(session, productIds, movementsAtOnce),
    lastOrderId: () => readLastOrderId(session),
    wrongOrders: (after, upTo) => readWrongOrders(session, after, upTo),
  };
}
