import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDuplicateKey } from '../../../src/adapters/mysql/errors.ts';
import { insertPostings } from '../../../src/adapters/mysql/postings.ts';
import { fingerprint } from '../../../src/domain/fingerprint.ts';
import type { PostingDraft } from '../../../src/domain/posting.ts';
import { createBooks } from '../../support/books.ts';
import type { Books } from '../../support/books.ts';
import { insertSuppliers } from '../../support/catalogue-rows.ts';

/** More than one statement, and not a whole number of them. */
const MANY = 4_100;

/** Quotes, escapes, placeholders, control characters, several alphabets, and the longest ones. */
const TEXTS = [
  null,
  '',
  "it's",
  '"quoted"',
  'back\\slash',
  '\\N',
  "'); DROP TABLE stock; --",
  '%s ? :x',
  'a\tb\nc',
  '\u0001\u001f\u001a\0',
  '红色马克杯',
  '😀👩‍👩‍👧',
  'é\u0301\u2028\u00a0',
  'NULL',
  'x'.repeat(200),
  '漢'.repeat(200),
];

let books: Books;
beforeAll(async () => {
  books = await createBooks();
  await insertSuppliers(books.database, [{ code: 'ACME' }]);
});
afterAll(() => books.close());

test('whatever stands in a text comes back as it was', async () => {
  const drafts = TEXTS.map((text, at) => ({
    ...draft(`text:${at}`),
    reason: text,
    reference: TEXTS[(at + 1) % TEXTS.length] ?? null,
    origin: { actor: text?.slice(0, 100) ?? 'root', host: `host-${at}`, source: 'file' },
    supplierId: at % 3 === 0 ? 1 : null,
    occurredAt: at % 2 === 0 ? '2026-01-31T08:00:00.123456Z' : null,
  }));
  await insert(drafts);
  expect(await rowsOf('text:')).toEqual(
    drafts.map((asked, at) => ({
      request_id: String(at),
      fingerprint: asked.fingerprint,
      kind: 'out',
      strategy: 'conditional',
      ...asked.origin,
      reason: asked.reason,
      reference: asked.reference,
      supplier_id: asked.supplierId,
      occurred_at: asked.occurredAt === null ? 'when posted' : '2026-01-31 08:00:00.123456',
    })),
  );
});

test('ids come in the order of the drafts, also over several statements', async () => {
  const drafts = Array.from({ length: MANY }, (_, at) => draft(`order:${(at * 7919) % MANY}`));
  const ids = await insert(drafts);
  const rows = await books.database.sql(
    "SELECT id, CAST(request_id AS CHAR) AS request_id FROM postings WHERE request_id LIKE 'order:%' ORDER BY id",
  );
  const idOf = new Map(rows.map((row) => [String(row['request_id']), Number(row['id'])]));
  expect(ids).toEqual(drafts.map(({ requestId }) => idOf.get(requestId)));
  expect(idOf.size).toBe(MANY);
});

test('ids are right while others insert at the same time', async () => {
  const lists = Array.from({ length: 4 }, (_, list) =>
    Array.from({ length: 500 }, (__, at) => draft(`side:${list}:${at}`)),
  );
  const ids = await Promise.all(lists.map(insert));
  const rows = await books.database.sql(
    "SELECT id, CAST(request_id AS CHAR) AS request_id FROM postings WHERE request_id LIKE 'side:%'",
  );
  const idOf = new Map(rows.map((row) => [String(row['request_id']), Number(row['id'])]));
  expect(ids).toEqual(lists.map((list) => list.map(({ requestId }) => idOf.get(requestId))));
});

test('a request id that is there already refuses all of them', async () => {
  await insert([draft('taken')]);
  const drafts = Array.from({ length: 300 }, (_, at) => draft(at === 299 ? 'taken' : `new:${at}`));
  const error: unknown = await insert(drafts).catch((reason: unknown) => reason);
  expect(isDuplicateKey(error instanceof Error ? (error.cause ?? error) : error)).toBe(true);
  expect(await rowsOf('new:')).toEqual([]);
});

test('a text that does not fit is refused, never cut or lost', async () => {
  const drafts = Array.from({ length: 150 }, (_, at) => ({
    ...draft(`long:${at}`),
    reason: at === 140 ? 'x'.repeat(300) : 'fits',
  }));
  await expect(insert(drafts)).rejects.toThrow();
  expect(await rowsOf('long:')).toEqual([]);
});

function insert(drafts: readonly PostingDraft[]): Promise<readonly number[]> {
  return books.database.database.transaction((session) =>
    insertPostings(session, drafts, 'conditional'),
  );
}

/** Whole rows without what is each one's own: id, and the moment it was posted. */
async function rowsOf(prefix: string): Promise<unknown[]> {
  const rows = await books.database.sql(
    `SELECT CAST(SUBSTRING(request_id, ?) AS CHAR) AS request_id, LOWER(HEX(fingerprint)) AS fingerprint,
            kind, strategy, actor, host, source, reason, reference, supplier_id,
            IF(occurred_at = posted_at, 'when posted', CAST(occurred_at AS CHAR)) AS occurred_at
       FROM postings WHERE request_id LIKE ? ORDER BY id`,
    [prefix.length + 1, `${prefix}%`],
  );
  return rows.map((row) => ({ ...row }));
}

function draft(requestId: string): PostingDraft {
  return {
    requestId,
    fingerprint: fingerprintOf(requestId),
    kind: 'out',
    origin: { actor: 'tester', host: 'here', source: 'file' },
    reason: null,
    reference: 'SO-1',
    supplierId: null,
    occurredAt: null,
    reversesId: null,
    lines: [],
  };
}

function fingerprintOf(text: string): string {
  return fingerprint({
    kind: text,
    lines: [],
    reason: null,
    reference: null,
    supplier: null,
    occurredAt: null,
  });
}
