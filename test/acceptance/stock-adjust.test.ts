import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertLocations, insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [
    { sku: 'MUG', name: '红色马克杯' },
    { sku: 'SIGNED' },
    { sku: 'BARE' },
    { sku: 'RACE' },
    { sku: 'GONE', status: 'archived' },
  ]);
  await insertLocations(inv.database, [{ code: 'BAY-7' }, { code: 'OLD', status: 'archived' }]);
});
afterAll(() => inv.close());

const adjust = (...args: string[]) => inv.inside(['stock', 'adjust', ...args, '--json']);

/** Titles of tests stay readable. */
function unfold(word: string): string {
  return word === 'LONG' ? 'M'.repeat(10_000) : word;
}

async function onHand(sku: string): Promise<number> {
  const document = (await inv.json(['stock', 'show', sku])) as { on_hand: number };
  return document.on_hand;
}

async function movementCount(): Promise<number> {
  const [row] = await inv.database.sql('SELECT COUNT(*) AS n FROM movements');
  return Number(row?.['n']);
}

describe('what adjust refuses', () => {
  it.each([
    [2, ['MUG']],
    [2, ['MUG', '5']],
    [2, ['MUG', '--by', '5']],
    [2, ['MUG', '+0']],
    [2, ['MUG', '+']],
    [2, ['MUG', '-0x10']],
    [2, ['MUG', '-1e3']],
    [2, ['MUG', '-1.5']],
    [2, ['MUG', '+5', '--to', '5']],
    [2, ['MUG', '--to', '-1']],
    [2, ['MUG', '--to', '1000000000001']],
    [2, ['MUG', '--to', '']],
    [2, ['LONG', '+1']],
    [2, ["'; DROP TABLE stock; --", '+1']],
    [2, ['MUG\u0007', '+1']],
    [2, ['MUG', '+1', '--location', '../etc']],
    [2, ['MUG', '+1', '--request-id', 'a b']],
    [2, ['MUG', '+1', '--strategy', 'none']],
    [2, ['MUG', '+1', '--reason', 'LONG']],
    [4, ['MUGG', '+1']],
    [4, ['MUG', '+1', '--location', 'BAY-8']],
    [3, ['GONE', '+1']],
    [3, ['GONE', '--to', '1']],
    [3, ['MUG', '+1', '--location', 'OLD']],
    [3, ['BARE', '-1']],
  ] as const)('exits %d and books nothing for %j', async (exitCode, args) => {
    const before = await movementCount();
    const result = await adjust(...args.map(unfold));
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(result.stderr.length).toBeLessThan(2_000);
    expect(await movementCount()).toBe(before);
  });

  it('tells the ways to write a bare number', async () => {
    const result = await inv.run(['stock', 'adjust', 'MUG', '5']);
    expect(result.stderr).toBe(
      '✗ change: "5" has no sign [INVALID_INPUT]\n' +
        '  try: inv stock adjust MUG +5 (or -5, or --to 5 when you counted)\n',
    );
  });
});

it('books a change with a sign, wherever the flags stand', async () => {
  await inv.json(['stock', 'adjust', 'SIGNED', '+20', '--reason', 'found', '--request-id', 'a-1']);
  await inv.json(['--actor', 'ann', 'stock', 'adjust', 'SIGNED', '-5', '--location', 'main']);
  await inv.json(['stock', 'adjust', 'SIGNED', '--by=-3', '--strategy', 'pessimistic']);
  expect(await inv.json(['stock', 'adjust', 'SIGNED', '--by', '+1'])).toMatchObject({
    kind: 'adjust',
    movements: [{ sku: 'SIGNED', quantity: 1, on_hand_before: 12, on_hand_after: 13 }],
  });
});

describe.each(['conditional', 'pessimistic', 'optimistic'])('a counted level by %s', (strategy) => {
  it('books the difference, once, and a replay gives the first answer', async () => {
    const sku = 'MUG';
    const id = `count-${strategy}`;
    await inv.json(['stock', 'adjust', sku, '--to', '40', '--strategy', strategy]);
    const count = ['stock', 'adjust', sku, '--to', '30', '--request-id', id];
    const first = await inv.json([...count, '--strategy', strategy]);
    expect(first).toMatchObject({
      request_id: id,
      replayed: false,
      strategy,
      movements: [{ quantity: -10, on_hand_before: 40, on_hand_after: 30 }],
    });
    await inv.json(['stock', 'in', sku, '7']);
    expect(await inv.json(count)).toEqual({ ...(first as object), replayed: true });
    expect((await adjust(sku, '--to', '31', '--request-id', id)).exitCode).toBe(5);
    expect((await adjust(sku, '-10', '--request-id', id)).exitCode).toBe(5);
    expect(await onHand(sku)).toBe(37);
  });

  it('moves nothing when the books say the same, now and when it is asked again', async () => {
    await inv.json(['stock', 'adjust', 'MUG', '--to', '9', '--strategy', strategy]);
    const before = await movementCount();
    const same = ['stock', 'adjust', 'MUG', '--to', '9', '--strategy', strategy];
    const id = `same-${strategy}`;
    const first = await inv.json([...same, '--request-id', id]);
    expect(first).toEqual({
      request_id: id,
      replayed: false,
      kind: 'adjust',
      strategy,
      posting_id: expect.any(Number),
      movements: [],
    });
    const shown = await inv.run([...same, '--format', 'table']);
    expect(shown.stdout).toContain('✓ the books hold what was counted: nothing moved\n');
    expect(await movementCount()).toBe(before);
    await inv.json(['stock', 'in', 'MUG', '4']);
    expect(await inv.json([...same, '--request-id', id])).toEqual({
      ...(first as object),
      replayed: true,
    });
    expect(await onHand('MUG')).toBe(13);
  });

  it('counts a product that never had stock, and to zero', async () => {
    const sku = `NEW-${strategy.toUpperCase()}`;
    await insertProducts(inv.database, [{ sku }]);
    const count = (level: string) =>
      inv.json(['stock', 'adjust', sku, '--to', level, '--strategy', strategy]);
    expect(await count('0')).toMatchObject({ movements: [] });
    expect(await count('4')).toMatchObject({ movements: [{ quantity: 4, on_hand_after: 4 }] });
    expect(await count('0')).toMatchObject({ movements: [{ quantity: -4, on_hand_after: 0 }] });
  });

  it('says what a dry run would book and books nothing', async () => {
    await inv.json(['stock', 'adjust', 'MUG', '--to', '12', '--strategy', strategy]);
    const before = await movementCount();
    const dry = ['stock', 'adjust', 'MUG', '--to', '15', '--dry-run', '--strategy', strategy];
    expect(await inv.json(dry)).toMatchObject({ dry_run: true, movements: [{ quantity: 3 }] });
    expect(await movementCount()).toBe(before);
    expect(await onHand('MUG')).toBe(12);
  });

  // So far apart that no seller makes the books agree with a count by chance.
  const levelOf = (at: number): number => 500 + 50 * at;

  it('ends at a counted level with twenty counters and sellers at once', async () => {
    await inv.json(['stock', 'adjust', 'RACE', '--to', '2000']);
    const count = ['stock', 'adjust', 'RACE', '--strategy', strategy, '--json', '--to'];
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        at % 2 === 0
          ? inv.run([...count, String(levelOf(at))])
          : inv.run(['stock', 'out', 'RACE', '1', '--json']),
      ),
    );
    expect(results.map((result) => result.exitCode)).toEqual(Array(20).fill(0));
    const counted = results
      .filter((_, at) => at % 2 === 0)
      .map(({ stdout }, at) => [
        levelOf(at * 2),
        (JSON.parse(stdout) as { movements: { on_hand_after: number }[] }).movements[0]
          ?.on_hand_after,
      ]);
    for (const [wanted, after] of counted) expect(after).toBe(wanted);
    const [row] = await inv.database.sql(
      `SELECT s.on_hand, SUM(m.quantity) AS total,
              (SELECT on_hand_after FROM movements WHERE product_id = p.id ORDER BY id DESC LIMIT 1) AS newest
         FROM products p JOIN stock s ON s.product_id = p.id JOIN movements m ON m.product_id = p.id
        WHERE p.sku = 'RACE' GROUP BY p.id, s.on_hand`,
    );
    expect(Number(row?.['total'])).toBe(Number(row?.['on_hand']));
    // Who sold after the last counter took from its level: never more than the ten sellers.
    expect(Number(row?.['on_hand'])).toBeGreaterThanOrEqual(490);
  });
});
