/** One command of the tour, as it is typed. */
export interface DemoCommand {
  readonly args: readonly string[];
  /** Exit code; default 0. Any other one ends the tour as a failure. */
  readonly expected?: number;
  /** Said before it, when the command does not speak for itself. */
  readonly comment?: string;
}

/** The first lines of a file that the next command reads. */
export interface DemoFile {
  readonly file: string;
  readonly lines: number;
  readonly comment?: string;
}

export interface DemoChapter {
  readonly title: string;
  readonly steps: readonly (DemoCommand | DemoFile)[];
}

/** Files of catalogue/ that the commands read. */
export const DEMO_FILES = [
  'suppliers.csv',
  'products.csv',
  'deliveries.csv',
  'orders.csv',
] as const;

const REFUSED = 3;
const CONFLICT = 5;

export const DEMO_CHAPTERS: readonly DemoChapter[] = [
  {
    title: 'A MySQL and a Redis of its own',
    steps: [
      {
        args: ['local', 'start'],
        comment: 'Any command starts them when it needs them; this one only shows them.',
      },
    ],
  },
  {
    title: 'What is sold, and who delivers it',
    steps: [
      { args: ['supplier', 'import', 'suppliers.csv'] },
      { file: 'products.csv', lines: 3 },
      { args: ['product', 'import', 'products.csv'] },
      { args: ['product', 'list', '--search', '茶'] },
    ],
  },
  {
    title: 'Goods come in',
    steps: [
      { file: 'deliveries.csv', lines: 3 },
      { args: ['stock', 'in', '--from', 'deliveries.csv'] },
      {
        args: 'stock in MUG-RED 24 --supplier FERREIRA --cost 2.35 --ref PO-1021'.split(' '),
        comment: 'One product at a time works too.',
      },
    ],
  },
  {
    title: 'Orders go out',
    steps: [
      { file: 'orders.csv', lines: 4 },
      { args: ['stock', 'out', '--from', 'orders.csv'] },
      {
        args: ['stock', 'out', '--from', 'orders.csv'],
        comment: 'The same file again, by mistake: nothing moves twice.',
      },
      { args: 'stock out TEAPOT-BROWN-4 2 --ref SO-2007 --request-id so-2007'.split(' ') },
      {
        args: 'stock out TEAPOT-BROWN-4 2 --ref SO-2007 --request-id so-2007'.split(' '),
        comment: 'A script that got no answer asks again, with the same request id.',
      },
      {
        args: 'stock out TEAPOT-BROWN-4 3 --ref SO-2007 --request-id so-2007'.split(' '),
        expected: CONFLICT,
        comment: 'The same request id for something else is a mistake, and is refused.',
      },
    ],
  },
  {
    title: 'Never more than there is',
    steps: [
      { args: 'stock out MUG-RED 500 --ref SO-2008'.split(' '), expected: REFUSED },
      { args: ['stock', 'show', 'MUG-RED'], comment: 'Nothing has changed:' },
    ],
  },
  {
    title: 'A second place',
    steps: [
      { args: ['location', 'add', 'SHOP', '--name', 'The shop in the high street'] },
      { args: 'stock move MUG-RED 24 --to SHOP'.split(' ') },
      { args: 'stock out MUG-RED 3 --location SHOP --ref TILL-1'.split(' ') },
      { args: ['stock', 'show', 'MUG-RED'] },
    ],
  },
  {
    title: 'A mistake, undone',
    steps: [
      { args: 'stock out MUG-RED 30 --ref SO-2009 --request-id so-2009'.split(' ') },
      { args: ['stock', 'undo', 'so-2009', '--reason', 'the customer wanted 3, not 30'] },
    ],
  },
  {
    title: 'A rush on one product: sold from a pool in Redis',
    steps: [
      {
        args: 'pool open MUG-RED 20 --per-buyer 2'.split(' '),
        comment: 'MySQL reserves the units and hands them to Redis.',
      },
      { args: 'order place MUG-RED 2 --buyer ann --request-id web-1'.split(' ') },
      {
        args: 'order place MUG-RED 1 --buyer ann'.split(' '),
        expected: REFUSED,
        comment: 'Two for each buyer, and she has them.',
      },
      { args: 'order place MUG-RED 1 --buyer bob --hold 15m --request-id web-2'.split(' ') },
      { args: ['order', 'confirm', 'web-2'] },
      {
        args: ['worker', 'once'],
        comment: 'A worker (inv worker run) books what was sold, each sale once.',
      },
      {
        args: ['pool', 'close', 'MUG-RED', '--yes'],
        comment: 'What was not sold is available again.',
      },
    ],
  },
  {
    title: 'The ledger: every movement, for ever',
    steps: [{ args: ['stock', 'history', 'MUG-RED'] }, { args: ['stock', 'why', 'MUG-RED'] }],
  },
  {
    title: 'What to order, from whom, at what price',
    steps: [{ args: ['stock', 'low'] }],
  },
];
