import { definitions, paragraph, topic } from './layout.ts';

export function text(): string {
  return topic(
    'SELLING FAST: POOLS',
    paragraph(
      'A pool is a number of units of a product at a location that MySQL has handed to Redis. Redis ' +
        'sells them, each in one step, many thousands a second; a worker books the sales into the ' +
        'ledger, each once. A unit is either with MySQL or with Redis, so it is never sold twice.',
    ),
    'THE LIFE OF A POOL',
    [
      '  inv pool open MUG-RED 500 --per-buyer 2      units are reserved and handed over',
      '  inv worker run                               books what is sold, until stopped',
      '  inv order place MUG-RED 1 --buyer ann        sold',
      '  inv order place MUG-RED 1 --hold 15m         set aside; prints the id of the order',
      '  inv order confirm ID                         sold; or: inv order cancel ID',
      '  inv pool show MUG-RED                        left, held, sold, on the way',
      '  inv pool close MUG-RED                       the rest is available again',
    ].join('\n'),
    'WHAT AN ORDER COMES TO',
    definitions(
      [
        ['accepted', 'Sold. A worker books it.'],
        ['settled', 'Sold, and in the ledger.'],
        ['held', 'Set aside until its deadline.'],
        ['cancelled', 'A hold that was given back.'],
        ['expired', 'A hold that nobody confirmed in time.'],
        ['exit 3', 'Sold out, over the limit of the buyer, closed, or outside the window.'],
        ['exit 69', 'Redis is away or being checked; nothing was executed.'],
        ['exit 75', 'Not known, or busy: run it again with the printed request id.'],
      ],
      9,
    ),
    'WHAT AN ANSWER IS WORTH',
    paragraph(
      'An order in state settled is in MySQL. One that is accepted is in Redis: with appendfsync ' +
        'always it survives a crash, with everysec the last two seconds may be lost. inv doctor names ' +
        'the level of your Redis.',
    ),
    'THE WORKER',
    paragraph(
      'Any number may run: one works, the others stand by. Told to stop it ends its transaction and ' +
        'exits 0. inv worker status exits 6 when something needs a person: a frozen shard, a parked ' +
        'event, sales that nobody books. docs/pools.md says what to do about each.',
    ),
  );
}
