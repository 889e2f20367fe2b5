import type { LedgerEntry, LedgerFilter, LedgerReader } from '../../ports/ledger-reader.ts';
import type { Database } from './database.ts';
import { momentBefore, readLedgerWindow } from './ledger-history.ts';
import type { LedgerWindow } from './ledger-history.ts';
import { findPosting } from './ledger-posting.ts';

/** Movements that one statement looks at: the bound on memory and on the time of a statement. */
const WINDOW_MAX = 5_000;
const WINDOW_MIN = 50;

export function createLedgerReader(database: Database): LedgerReader {
  return {
    findPosting: (name) => database.read((session) => findPosting(session, name)),
    entries: (filter, range) => entries(database, filter, range),
    momentBefore: (milliseconds) => database.read((session) => momentBefore(session, milliseconds)),
  };
}

/** The connection goes back between two windows: a slow reader of the output must not hold one. */
async function* entries(
  database: Database,
  filter: LedgerFilter,
  range: { readonly beforeId: number | null; readonly limit: number | null },
): AsyncGenerator<LedgerEntry> {
  let left = range.limit ?? Number.MAX_SAFE_INTEGER;
  let size = Math.min(Math.max(left, WINDOW_MIN), WINDOW_MAX);
  let beforeId: number | null = range.beforeId ?? Number.MAX_SAFE_INTEGER;
  while (beforeId !== null && left > 0) {
    const place: { readonly beforeId: number; readonly size: number } = { beforeId, size };
    const window: LedgerWindow = await database.read((session) =>
      readLedgerWindow(session, filter, place),
    );
    const wanted = window.entries.slice(0, left);
    yield* wanted;
    left -= wanted.length;
    beforeId = window.beforeId;
    // What is rare is looked for in longer steps.
    size = Math.min(size * 4, WINDOW_MAX);
  }
}
