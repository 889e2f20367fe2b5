import { describe, expect, it } from 'vitest';
import { poolCloseCommand } from '../../../src/cli/commands/pool/close.ts';
import { poolListCommand } from '../../../src/cli/commands/pool/list.ts';
import { poolOpenCommand } from '../../../src/cli/commands/pool/open.ts';
import type { PoolOpenOptions } from '../../../src/cli/commands/pool/open.ts';
import { poolShowCommand } from '../../../src/cli/commands/pool/show.ts';
import { poolTopUpCommand } from '../../../src/cli/commands/pool/top-up.ts';
import { captured, refusal } from './captured.ts';

const NUMBERS = ['0x10', '1e3', '1.5', ' 5 ', 'NaN', '', '-1', '10000000000001'];

describe('pool open', () => {
  const refused: [words: string[], message: string][] = [
    ...[...NUMBERS, '0'].flatMap((number): [string[], string][] => [
      [['MUG', '--', number], 'INVALID_INPUT quantity:'],
      [['MUG', '10', `--per-buyer=${number}`], 'INVALID_INPUT --per-buyer:'],
      [['MUG', '10', `--shard-buckets=${number}`], 'INVALID_INPUT --shard-buckets:'],
    ]),
    ...NUMBERS.map((number): [string[], string] => [
      ['MUG', '10', `--floor=${number}`],
      'INVALID_INPUT --floor:',
    ]),
    [['two words', '10'], 'INVALID_INPUT SKU:'],
    [['MUG', '10', '--shard-buckets', '65'], 'INVALID_INPUT --shard-buckets: "65" is no number'],
    [['MUG', '10', '--location', 'a b'], 'INVALID_INPUT --location:'],
    [['MUG', '10', '--request-id', 'a b'], 'INVALID_INPUT --request-id:'],
    [['MUG', '10', '--starts', 'tomorrow'], 'INVALID_INPUT --starts:'],
    [['MUG', '10', '--ends', '2026-02-30'], 'INVALID_INPUT --ends:'],
    [
      ['MUG', '10', '--floor', '10'],
      'INVALID_INPUT --floor: 10 of 10 units leaves nothing to sell',
    ],
    [['MUG', '3', '--shard-buckets', '4'], 'INVALID_INPUT --shard-buckets: there are only 3 units'],
    [
      ['MUG', '10', '--starts', '2026-11-27T09:00:00Z', '--ends', '2026-11-27T10:00:00+02:00'],
      'INVALID_INPUT --ends: the sale would end before it starts',
    ],
  ];
  it.each(refused)('refuses %j', async (words, message) => {
    expect(await refusal(captured(poolOpenCommand, ...words))).toContain(message);
  });

  it('sells everything, to everybody, at any time, unless it is told', async () => {
    expect(await captured(poolOpenCommand, ' mug ', '10')).toEqual({
      product: 'mug',
      quantity: 10,
      location: undefined,
      reason: undefined,
      requestId: undefined,
      buckets: undefined,
      terms: { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null },
    } satisfies PoolOpenOptions);
  });

  it('reads every flag into its canonical form', async () => {
    const words =
      '4006381333931|1000|--per-buyer|2|--floor|0|--starts|2026-11-27 09:00|--ends|2026-11-28' +
      '|--shard-buckets|64|--location|shop|--reason|Black Friday|--request-id|bf-1';
    expect(await captured(poolOpenCommand, ...words.split('|'))).toEqual({
      product: '4006381333931',
      quantity: 1000,
      location: 'SHOP',
      reason: 'Black Friday',
      requestId: 'bf-1',
      buckets: 64,
      terms: {
        floor: 0,
        perBuyer: 2,
        startsAtMs: Date.UTC(2026, 10, 27, 9),
        endsAtMs: Date.UTC(2026, 10, 28),
      },
    } satisfies PoolOpenOptions);
  });
});

describe('the other commands of pool', () => {
  it.each([
    ['top-up', () => captured(poolTopUpCommand, 'MUG', '0'), 'quantity:'],
    ['top-up', () => captured(poolTopUpCommand, 'MUG', '1', '--location', ''), '--location:'],
    ['close', () => captured(poolCloseCommand, '–'), 'SKU:'],
    ['close', () => captured(poolCloseCommand, 'MUG', '--reason', ' '), '--reason:'],
    ['list', () => captured(poolListCommand, '--sku', 'a b'), 'SKU:'],
    ['show', () => captured(poolShowCommand, ''), 'SKU:'],
  ])('%s refuses bad words', async (_name, run, message) => {
    expect(await refusal(run())).toContain(`INVALID_INPUT ${message}`);
  });

  it('read theirs', async () => {
    const target = { location: 'SHOP', reason: 'more', requestId: 'r' };
    const flags = ['--location', 'shop', '--reason', 'more', '--request-id', 'r'];
    expect(await captured(poolTopUpCommand, 'mug', '7', ...flags)).toEqual({
      product: 'mug',
      quantity: 7,
      ...target,
    });
    expect(await captured(poolCloseCommand, 'mug', ...flags)).toEqual({
      product: 'mug',
      ...target,
    });
    expect(await captured(poolShowCommand, 'mug')).toEqual({ product: 'mug', location: undefined });
    expect(await captured(poolListCommand)).toEqual({
      product: undefined,
      location: undefined,
      all: false,
    });
    expect(await captured(poolListCommand, '--all', '--sku', 'mug', '--location', 'shop')).toEqual({
      product: 'mug',
      location: 'SHOP',
      all: true,
    });
  });
});
