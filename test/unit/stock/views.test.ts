import { describe, expect, it } from 'vitest';
import { historyStream } from '../../../src/cli/commands/stock/history-view.ts';
import { stockListStream } from '../../../src/cli/commands/stock/list-view.ts';
import { lowStream } from '../../../src/cli/commands/stock/low-view.ts';
import { showPresentation } from '../../../src/cli/commands/stock/show-view.ts';
import { whyPresentation } from '../../../src/cli/commands/stock/why-view.ts';
import { proposeOrder } from '../../../src/domain/order-proposal.ts';
import type { LedgerEntry } from '../../../src/ports/ledger-reader.ts';
import type { RowStream } from '../../../src/cli/terminal/types.ts';
import { POOL } from '../pools/sample-pool.ts';
import { recordingTerminal } from '../terminal/recording-terminal.ts';

const NAME = '红色马克杯 带盖子 特大号 陶瓷';
const EVIL = 'a\u001B[31mred\u202Eevil';

async function* stream<T>(...values: readonly T[]): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

async function drawn(rows: RowStream, stdout: number | 'pipe') {
  const recording = recordingTerminal({ stdout });
  await recording.terminal.printStream(rows);
  return { stdout: recording.stdout(), stderr: recording.stderr() };
}

const ENTRY: LedgerEntry = {
  movementId: 41,
  postingId: 9,
  requestId: 'r-1',
  kind: 'reversal',
  sku: 'MUG-RED',
  location: 'MAIN',
  quantity: 1200,
  onHandAfter: 12000,
  actor: 'ann',
  reference: 'PO-1',
  reason: '坏了',
  supplier: 'ACME',
  occurredAt: '2026-11-22T11:33:56.123456Z',
  postedAt: '2026-11-22T11:33:57.000000Z',
  unitCost: '1.25',
};

describe('stock list on a terminal', () => {
  const mug = { sku: 'MUG-RED', location: 'MAIN', onHand: 12, reserved: 2, minLevel: 20 };

  it('cuts names between whole characters and says where to go on', async () => {
    const rows = stream(
      { ...mug, name: NAME },
      { ...mug, name: EVIL, location: 'BAY-7' },
      mug as never,
    );
    expect(await drawn(stockListStream(rows, { limit: 2 }), 80)).toEqual({
      stdout: `\
SKU      NAME                    LOCATION  ON HAND  RESERVED  AVAILABLE  MINIMUM
───────  ──────────────────────  ────────  ───────  ────────  ─────────  ───────
MUG-RED  红色马克杯 带盖子 特…   MAIN           12         2         10       20
MUG-RED  a␛[31mred<U+202E>evil   BAY-7          12         2         10       20
`,
      stderr: '2 rows; more: --after MUG-RED@BAY-7, or --limit 0 for all\n',
    });
  });

  it('has no footer when that was all', async () => {
    const { stderr } = await drawn(
      stockListStream(stream({ ...mug, name: NAME }), { limit: 1 }),
      80,
    );
    expect(stderr).toBe('');
  });
});

describe('stock low on a terminal', () => {
  const product = {
    sku: 'MUG-RED',
    name: NAME,
    available: 8,
    minLevel: 20,
    cost: '2.00',
    offers: [
      {
        supplier: 'ACME',
        supplierSku: 'AC-1',
        cost: '1.25',
        leadDays: 9,
        minimumOrder: 144,
        isPreferred: true,
      },
    ],
  };
  const low = () => stream({ product, order: proposeOrder(product) });

  it('fits into 80 columns', async () => {
    expect(await drawn(lowStream(low(), { terminalColumns: 80 }), 80)).toEqual({
      stdout: `\
SKU      NAME                           LEFT  MIN  FROM  COST  ORDER   VALUE
───────  ─────────────────────────────  ────  ───  ────  ────  ─────  ──────
MUG-RED  红色马克杯 带盖子 特大号 陶瓷     8   20  ACME  1.25    144  180.00
`,
      stderr: '1 below their minimum\n',
    });
  });

  it('has every column for a script', async () => {
    expect(await drawn(lowStream(low(), { terminalColumns: null }), 'pipe')).toEqual({
      stdout:
        'sku\tname\tavailable\tmin_level\tmissing\tsupplier\tsupplier_sku\tcost\tlead_days\tminimum_order\torder_quantity\torder_value\n' +
        `MUG-RED\t${NAME}\t8\t20\t12\tACME\tAC-1\t1.25\t9\t144\t144\t180.00\n`,
      stderr: '',
    });
  });
});

describe('stock history on a terminal', () => {
  it('fits into 80 columns and says how to see older lines', async () => {
    const entries = stream(ENTRY, { ...ENTRY, movementId: 40, kind: 'out', quantity: -3 });
    expect(await drawn(historyStream(entries, { limit: 2, terminalColumns: 80 }), 80)).toEqual({
      stdout: `\
POSTING        WHEN (UTC)  KIND      SKU      AT    UNITS  ON HAND  REFERENCE
───────  ────────────────  ────────  ───────  ────  ─────  ───────  ──────────
      9  2026-11-22 11:33  reversal  MUG-RED  MAIN  +1200    12000  PO-1: 坏了
      9  2026-11-22 11:33  out       MUG-RED  MAIN     -3    12000  PO-1: 坏了
`,
      stderr: 'the newest 2; older: --before 40, or --limit 0 for all\n',
    });
  });

  it('names the request where there is room for it', async () => {
    const entries = stream({ ...ENTRY, requestId: '01KAQ4ZC8M7W2E9R5T1Y3V6B0N' });
    const { stdout } = await drawn(historyStream(entries, { limit: 2, terminalColumns: 120 }), 120);
    expect(stdout).toContain('ACTOR  REQUEST');
    expect(stdout).toContain('ann    01KAQ4ZC8M7W2E9R5T1Y3V6B0N');
  });
});

const LEVEL = { location: 'MAIN', onHand: 1, reserved: 0, ledgerSum: 1, movements: 1 };
const EXPLAINED = {
  locations: [{ ...LEVEL, firstMovementId: 41 }],
  totals: LEVEL,
  agrees: true,
  lastMovements: [ENTRY],
  first: ENTRY,
  lastAdjustment: null,
};

describe('stock show and why on a terminal', () => {
  const product = {
    id: 1,
    sku: 'MUG-RED',
    name: EVIL,
    unit: 'pcs',
    status: 'archived',
    minLevel: 0,
    safetyStock: 0,
    cost: null,
  };

  it('show one location in a sentence and data made visible', async () => {
    const recording = recordingTerminal();
    await recording.terminal.print(
      showPresentation(
        {
          product,
          onHand: 12,
          reserved: 2,
          levels: [
            { location: 'BAY-7', onHand: 0, reserved: 0 },
            { location: 'MAIN', onHand: 12, reserved: 2 },
          ],
        },
        { all: false, asOf: null, pools: [POOL] },
      ),
    );
    expect(recording.stdout()).toBe(
      'MUG-RED  a␛[31mred<U+202E>evil (archived)\n' +
        '  12 pcs on hand, 2 reserved, 10 available\n  all at MAIN\n' +
        '  pool 7 at MAIN, open: 52 left to sell, 5 held, 3 on the way into the books\n',
    );
  });

  it('say which pools have what is reserved, and when that does not add up', async () => {
    const why = async (reserved: number): Promise<string> => {
      const recording = recordingTerminal();
      const totals = { ...LEVEL, onHand: 200, reserved };
      await recording.terminal.print(
        whyPresentation(
          { ...EXPLAINED, product, totals },
          { pools: [{ ...POOL, quarantine: 4 }], holds: [], lastRun: undefined, nowMs: 0 },
        ),
      );
      return recording.stdout();
    };
    expect(await why(64)).toContain(
      '200 units are on hand, 64 of them reserved: 136 available.\n' +
        '  pool 7 at MAIN, open: 52 left to sell, 5 held, 3 on the way into the books, 4 in quarantine (inv pool release MUG-RED 4)\n' +
        '  5 more held, not by name in the books yet\n' +
        'It has one movement',
    );
    expect(await why(65)).toContain('! 65 are reserved, and pools account for 64; while sales');
  });

  it('explain a product with one movement', async () => {
    const recording = recordingTerminal();
    await recording.terminal.print(
      whyPresentation(
        { ...EXPLAINED, product: { ...product, name: NAME } },
        { pools: [], holds: [], lastRun: undefined, nowMs: 0 },
      ),
    );
    expect(recording.stdout()).toBe(
      `MUG-RED  ${NAME}\n` +
        '1 unit is on hand, none reserved: 1 available.\n' +
        'It has one movement, of 2026-11-22 11:33:57 UTC.\n' +
        '✓ They add up to 1, which is what the books say.\n' +
        'Last movements:\n' +
        '  2026-11-22 11:33:57  reversal +1200 at MAIN by ann: 12000 on hand (PO-1: 坏了)\n',
    );
  });
});
