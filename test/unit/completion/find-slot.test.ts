import { Argument, Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { findSlot } from '../../../src/cli/commands/completion/find-slot.ts';

function program(): Command {
  const out = new Command('out')
    .summary('take out')
    .argument('[sku]')
    .argument('[quantity]')
    .option('--location <code>', 'where')
    .option('--from <file>', 'a file')
    .addOption(new Option('--strategy <name>', 'how').choices(['fast', 'safe']))
    .addOption(new Option('--secret', 'for tests').hideHelp());
  const supplier = new Command('supplier').addCommand(new Command('show').argument('<code>'));
  return new Command('inv')
    .addOption(new Option('--format <format>', 'shape').choices(['json', 'tsv']))
    .option('-q, --quiet', 'hush')
    .addCommand(new Command('stock').addCommand(out).helpCommand(false))
    .addCommand(supplier)
    .addCommand(new Command('completion').addArgument(new Argument('<shell>').choices(['bash'])))
    .addCommand(new Command('__complete'), { hidden: true })
    .helpCommand(false);
}

function slot(line: string) {
  const words = line.split(' ');
  const found = findSlot(program(), words.slice(0, -1), words.at(-1) ?? '');
  return { ...found, candidates: found.candidates.map(({ value }) => value) };
}

const nothing = { prefix: '', candidates: [], codes: undefined, isFile: false };

describe('what may come next', () => {
  test.each([
    ['', { candidates: ['stock', 'supplier', 'completion'] }],
    ['stock ', { candidates: ['out'] }],
    ['-q stock ', { candidates: ['out'] }],
    ['--format json stock ', { candidates: ['out'] }],
    ['--format=json stock ', { candidates: ['out'] }],
    ['stock out ', { codes: 'sku' }],
    ['stock out MUG', { codes: 'sku', typed: 'MUG' }],
    ['stock out MUG ', {}],
    ['stock out MUG 1 ', {}],
    ['stock out --location ', { codes: 'location' }],
    ['stock out --location=', { codes: 'location', prefix: '--location=' }],
    ['stock out --strategy ', { candidates: ['fast', 'safe'] }],
    ['stock out --strategy=f', { candidates: ['fast', 'safe'], prefix: '--strategy=', typed: 'f' }],
    ['stock out --from ', { isFile: true }],
    ['stock out --format ', { candidates: ['json', 'tsv'] }],
    ['stock out --unknown=', { prefix: '--unknown=' }],
    ['stock out -- -', { codes: 'sku', typed: '-' }],
    ['supplier show ', { codes: 'supplier' }],
    ['completion ', { candidates: ['bash'] }],
    ['nonsense ', {}],
  ])('behind "inv %s"', (line, expected) => {
    expect(slot(line)).toEqual({ ...nothing, typed: '', ...expected });
  });

  test('flags of the command stand before those of everyone, hidden ones not at all', () => {
    expect(slot('stock out -').candidates).toEqual([
      '--help',
      '--location',
      '--from',
      '--strategy',
      '--format',
      '--quiet',
    ]);
  });
});
