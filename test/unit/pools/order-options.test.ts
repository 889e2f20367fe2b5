import { describe, expect, it } from 'vitest';
import {
  orderCancelCommand,
  orderConfirmCommand,
  orderShowCommand,
} from '../../../src/cli/commands/order/by-id.ts';
import { orderListCommand } from '../../../src/cli/commands/order/list.ts';
import { orderPlaceCommand } from '../../../src/cli/commands/order/place.ts';
import type { OrderPlaceOptions } from '../../../src/cli/commands/order/place.ts';
import { captured, refusal } from './captured.ts';

describe('order place', () => {
  const refused: [words: string[], message: string][] = [
    ...['0', '0x10', '1e3', '1.5', ' 5 ', 'NaN', '', '-1', '10000000000001'].map(
      (number): [string[], string] => [['MUG', '--', number], 'INVALID_INPUT quantity:'],
    ),
    ...['15', '0s', '500ms', '8d', '-5m', '1.5h', 'soon', ''].map((hold): [string[], string] => [
      ['MUG', '1', `--hold=${hold}`],
      'INVALID_INPUT --hold:',
    ]),
    ...['', 'two words', 'tab\t', 'a\u202eb', 'größe', 'x'.repeat(101)].map(
      (buyer): [string[], string] => [['MUG', '1', `--buyer=${buyer}`], 'INVALID_INPUT --buyer:'],
    ),
    [['MUG', '1', '--ref', ''], 'INVALID_INPUT --ref:'],
    [['MUG', '1', '--location', 'a b'], 'INVALID_INPUT --location:'],
    [['MUG', '1', '--request-id', '-x'], 'INVALID_INPUT --request-id:'],
    [['A\u0000', '1'], 'INVALID_INPUT SKU:'],
  ];
  it.each(refused)('refuses %j', async (words, message) => {
    expect(await refusal(captured(orderPlaceCommand, ...words))).toContain(message);
  });

  it('sells at once to nobody in particular, unless it is told', async () => {
    expect(await captured(orderPlaceCommand, 'mug', '2')).toEqual({
      product: 'mug',
      quantity: 2,
      buyer: undefined,
      holdMs: undefined,
      location: undefined,
      reference: undefined,
      requestId: undefined,
    } satisfies OrderPlaceOptions);
  });

  it('takes a buyer exactly as written, and a hold in its unit', async () => {
    const words = 'mug|2|--buyer|Ann+1@example.com|--hold|15m|--ref|Web 7|--request-id|o-1';
    expect(await captured(orderPlaceCommand, ...words.split('|'))).toMatchObject({
      buyer: 'Ann+1@example.com',
      holdMs: 900_000,
      reference: 'Web 7',
      requestId: 'o-1',
    });
  });
});

describe('confirm, cancel and show', () => {
  const commands = { orderConfirmCommand, orderCancelCommand, orderShowCommand };
  it.each(Object.entries(commands))('%s takes the id of the order, exactly', async (_, build) => {
    expect(await captured(build, 'O-1:x')).toEqual({ requestId: 'O-1:x' });
    expect(await refusal(captured(build, 'o 1'))).toContain('INVALID_INPUT order id:');
  });
});

it('order list reads its filters, and 0 as all', async () => {
  expect(await captured(orderListCommand)).toEqual({
    sku: null,
    buyer: null,
    state: null,
    limit: 50,
  });
  const words = '--sku|mug|--buyer|ann|--state|held|--limit|0'.split('|');
  expect(await captured(orderListCommand, ...words)).toEqual({
    sku: 'MUG',
    buyer: 'ann',
    state: 'held',
    limit: null,
  });
  expect(await refusal(captured(orderListCommand, '--state', 'accepted'))).toContain('--state');
  expect(await refusal(captured(orderListCommand, '--limit', '-1'))).toContain('--limit');
});
