import { describe, expect, it } from 'vitest';
import type { Command } from 'commander';
import { stockAdjustCommand } from '../../../src/cli/commands/stock/adjust.ts';
import { stockHistoryCommand } from '../../../src/cli/commands/stock/history.ts';
import { stockListCommand } from '../../../src/cli/commands/stock/list.ts';
import { stockUndoCommand } from '../../../src/cli/commands/stock/undo.ts';

/** The options that a command hands to its run function. */
async function captured<Options>(
  build: (run: (options: Options) => Promise<void>) => Command,
  ...words: readonly string[]
): Promise<Options> {
  let options: Options | undefined;
  const command = build((given) => {
    options = given;
    return Promise.resolve();
  });
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parseAsync(words, { from: 'user' });
  if (options === undefined) throw new Error('the command did not run');
  return options;
}

describe('stock adjust', () => {
  it.each([
    [['MUG'], 'USAGE'],
    [['MUG', '+5', '--by=-5'], 'USAGE'],
    [['MUG', '5'], 'INVALID_INPUT'],
    [['MUG', '--by', '5'], 'INVALID_INPUT'],
    [['MUG', '+-5'], 'INVALID_INPUT'],
    [['MUG', '-0'], 'INVALID_INPUT'],
    [['MUG', '+1000000000001'], 'INVALID_INPUT'],
    [['MUG', '--to', '+5'], 'INVALID_INPUT'],
    [['two words', '+5'], 'INVALID_INPUT'],
  ])('refuses %j as %s', async (words, code) => {
    await expect(captured(stockAdjustCommand, ...words)).rejects.toMatchObject({ code });
  });

  it.each([
    [['MUG', '-5'], { by: -5 }],
    [['MUG', '+5'], { by: 5 }],
    [['MUG', '--by=-5'], { by: -5 }],
    [['MUG', '--by', '-5'], { by: -5 }],
    [['--reason', 'x', 'MUG', '-12'], { by: -12 }],
    [['MUG', '--', '-5'], { by: -5 }],
    [['MUG', '--to', '0'], { to: 0 }],
  ])('reads %j as %j', async (words, adjustment) => {
    expect((await captured(stockAdjustCommand, ...words)).adjustment).toEqual(adjustment);
  });
});

describe('stock undo', () => {
  it.each([
    [['req-1'], { word: 'req-1' }],
    [['123'], { word: '123' }],
    [['posting:123'], { postingId: 123 }],
    [['--posting', '123'], { postingId: 123 }],
    [['0123456789abcdef:12'], { word: '0123456789abcdef:12' }],
  ])('reads %j as %j', async (words, target) => {
    expect((await captured(stockUndoCommand, ...words)).target).toEqual(target);
  });
});

describe('stock list and history', () => {
  it('know no limit, all rows and a number of rows', async () => {
    expect((await captured(stockListCommand)).limit).toBeUndefined();
    expect((await captured(stockListCommand, '--limit', '0')).limit).toBeNull();
    expect((await captured(stockListCommand, '--limit', '7')).limit).toBe(7);
    expect((await captured(stockHistoryCommand)).limit).toBe(50);
    expect((await captured(stockHistoryCommand, '--limit', '0')).limit).toBeNull();
  });

  it('go on after a SKU, or after a location of it', async () => {
    expect((await captured(stockListCommand, '--after', 'mug')).after).toEqual({
      sku: 'MUG',
      location: null,
    });
    expect((await captured(stockListCommand, '--after', 'MUG@bay-7')).after).toEqual({
      sku: 'MUG',
      location: 'BAY-7',
    });
  });
});
