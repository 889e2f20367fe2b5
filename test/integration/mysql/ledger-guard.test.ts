import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { book, createBooks } from '../../support/books.ts';
import type { Books } from '../../support/books.ts';
import { dumpTables } from '../../support/ledger-proof.ts';
import { testServers } from '../../support/servers.ts';
import { createStrategy } from '../../support/strategies.ts';

let books: Books;
const accounts: Record<string, Connection> = {};
beforeAll(async () => {
  books = await createBooks();
  await books.addProducts([{ sku: 'A' }]);
  const strategy = createStrategy('conditional', books.database.database);
  await book(strategy, books.draft({ id: 'in', lines: [{ sku: 'A', quantity: 5 }] }));
  for (const user of ['inv', 'inv_admin']) {
    const socketPath = testServers().mysqlSocket;
    accounts[user] = await createConnection({ socketPath, user, database: books.database.name });
  }
});
afterAll(async () => {
  for (const connection of Object.values(accounts)) await connection.end();
  await books.close();
});

const FALSIFICATIONS = [
  'UPDATE movements SET quantity = 6',
  'UPDATE movements m JOIN postings p ON p.id = m.posting_id SET m.quantity = 6',
  'DELETE FROM movements',
  'UPDATE postings SET actor = "somebody else"',
  'DELETE FROM postings',
  'REPLACE INTO movements SELECT * FROM movements',
  'INSERT INTO movements SELECT * FROM movements ON DUPLICATE KEY UPDATE quantity = 6',
] as const;

describe.each(['inv', 'inv_admin'])('the ledger against %s', (user) => {
  it.each(FALSIFICATIONS)('refuses %s', async (statement) => {
    const before = await dumpTables(books.database);
    const refusal = { errno: user === 'inv' ? 1142 : 1644 };
    await expect(accounts[user]?.query(statement)).rejects.toMatchObject(refusal);
    expect(await dumpTables(books.database)).toEqual(before);
  });
});

describe('the application account', () => {
  it.each([
    'TRUNCATE movements',
    'DROP TABLE stock',
    'DROP TRIGGER movements_refuse_update',
    'ALTER TABLE stock ADD COLUMN x INT',
    'CREATE TABLE mine (id INT)',
    'DELETE FROM stock',
    'DELETE FROM products',
    'UPDATE schema_migrations SET checksum = ""',
    'SET GLOBAL max_connections = 1',
    'SELECT * FROM mysql.user',
    "SELECT * FROM products INTO OUTFILE '/nowhere/products'",
    "GRANT ALL ON *.* TO 'inv'@'localhost'",
  ])('may not %s', async (statement) => {
    await expect(accounts['inv']?.query(statement)).rejects.toMatchObject({
      code: expect.stringMatching(/DENIED|ACCESS|NEED_SUPER/),
    });
  });
});

describe('the schema itself', () => {
  it.each([
    ['a negative level', 'UPDATE stock SET on_hand = -1'],
    ['a reservation beyond what is there', 'UPDATE stock SET reserved = on_hand + 1'],
    ['a negative reservation', 'UPDATE stock SET reserved = -1'],
    ['a level beyond exact counting', 'UPDATE stock SET on_hand = 9007199254740992'],
    [
      'a movement of nothing',
      `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
       SELECT id, 9, 1, 1, 0, 0, 0 FROM postings`,
    ],
  ])('refuses %s, even from the administrator', async (_what, statement) => {
    await expect(accounts['inv_admin']?.query(statement)).rejects.toMatchObject({
      errno: expect.toSatisfy((errno: unknown) => errno === 4025 || errno === 3819),
    });
  });
});
