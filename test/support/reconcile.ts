import { randomUUID } from 'node:crypto';
import { createCatalogue } from '../../src/adapters/mysql/catalogue.ts';
import { createNamedLocks } from '../../src/adapters/mysql/named-locks.ts';
import { createReconcileBooks } from '../../src/adapters/mysql/reconcile/reconcile-books.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { SCOPES } from '../../src/domain/reconcile/checks.ts';
import type { ReconcileDependencies } from '../../src/services/reconcile/dependencies.ts';
import { runReconcile } from '../../src/services/reconcile/run-reconcile.ts';
import type {
  ReconcileRequest,
  ReconcileResult,
} from '../../src/services/reconcile/run-reconcile.ts';
import { testLimits } from './database.ts';
import type { TestDatabase } from './database.ts';

/** @param statementTimeoutMs movements are sealed after twice this time */
export function reconcileOn(
  { database, target }: TestDatabase,
  { statementTimeoutMs = 1 } = {},
): ReconcileDependencies {
  return {
    books: createReconcileBooks({ database, statementTimeoutMs }),
    catalogue: createCatalogue(database),
    locks: createNamedLocks(target, testLimits),
    clock: systemClock,
    origin: { actor: 'tester', host: 'here', source: 'test' },
    newId: randomUUID,
  };
}

/** A run over everything, in the way of `inv reconcile`, unless the request says otherwise. */
export function reconcile(
  dependencies: ReconcileDependencies,
  request: Partial<ReconcileRequest> = {},
): Promise<ReconcileResult> {
  return runReconcile(dependencies, {
    mode: 'check',
    scopes: SCOPES,
    products: null,
    isFull: false,
    waitMs: 0,
    isRecorded: true,
    onProgress: () => undefined,
    ...request,
  });
}

/** Check, subject and numbers of each finding. */
export function told({ findings }: ReconcileResult): readonly (readonly unknown[])[] {
  return findings.map(({ finding }) => [
    finding.check,
    finding.subject,
    finding.expected,
    finding.actual,
  ]);
}
