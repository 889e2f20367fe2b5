import type { ReconcileBooks } from '../../../ports/reconcile-books.ts';
import type { Database } from '../database.ts';
import { beginRepair, finishRepair, selectCutOff } from './cut-off-repairs.ts';
import { createLedgerSnapshot } from './ledger-snapshot.ts';
import { repairInBooks } from './repair-in-books.ts';
import { recordRepair, selectReceipt } from './receipts.ts';
import { selectFindings, selectRun, selectRuns } from './recorded-runs.ts';
import { addFindings, endRun, startRun } from './runs.ts';
import { advanceSeals } from './seals.ts';
import { readHasPools } from './wrong-buckets.ts';
import { readLateOrders } from './wrong-orders.ts';

export interface ReconcileBooksOptions {
  readonly database: Database;
  /** `mysql.statement_timeout_ms`: no statement that gave an id out runs longer. */
  readonly statementTimeoutMs: number;
  /** That one statement reads, where it reads all there are. */
  readonly movementsAtOnce?: number;
}

const MOVEMENTS_AT_ONCE = 100_000;

/** What reconciliation asks of MySQL. */
export function createReconcileBooks({
  database,
  statementTimeoutMs,
  movementsAtOnce = MOVEMENTS_AT_ONCE,
}: ReconcileBooksOptions): ReconcileBooks {
  return {
    hasPools: () => database.read(readHasPools),
    lateOrders: (options) => database.read((session) => readLateOrders(session, options)),
    inSnapshot: (work) =>
      database.snapshot((session) => work(createLedgerSnapshot(session, movementsAtOnce))),
    advanceSeals: () => advanceSeals(database, { ripeAfterMs: 2 * statementTimeoutMs }),
    startRun: (start) => startRun(database, start),
    addFindings: (runId, findings) => addFindings(database, runId, findings),
    endRun: (end) => endRun(database, end),
    repair: (repair) => repairInBooks(database, repair),
    receiptOf: ({ requestId }) => database.read((session) => selectReceipt(session, requestId)),
    beginRepair: (repair) => beginRepair(database, repair),
    cutOffRepairs: () => database.read(selectCutOff),
    finishRepair: (repair, outcome) => finishRepair(database, repair, outcome),
    recordRepair: (repair, outcome) => recordRepair(database, repair, outcome),
    findRun: (runId) => database.read((session) => selectRun(session, runId)),
    runs: ({ limit }) => database.read((session) => selectRuns(session, limit)),
    findingsOf: (runId) => database.read((session) => selectFindings(session, runId)),
  };
}
