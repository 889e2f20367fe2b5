import type { Origin } from '../../domain/posting.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { NamedLocks } from '../../ports/named-locks.ts';
import type { ReconcileBooks } from '../../ports/reconcile-books.ts';

/** What a reconciliation works with. */
export interface ReconcileDependencies {
  readonly books: ReconcileBooks;
  readonly catalogue: Catalogue;
  readonly locks: NamedLocks;
  readonly clock: Clock;
  readonly origin: Origin;
  /** The id of a run: at most 36 characters of ASCII. */
  readonly newId: () => string;
}
