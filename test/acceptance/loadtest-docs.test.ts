import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../support/database.ts';
import { privateInv } from '../support/loadtest.ts';

/** The commands of the first example, without `inv`, each with its words. */
function exampleCommands(): readonly (readonly string[])[] {
  const page = readFileSync(join(projectRoot, 'docs', 'loadtest.md'), 'utf8');
  const [, example = ''] = /```sh\n(.*?)```/s.exec(page) ?? [];
  return example
    .split('\n')
    .flatMap((line) => line.replace(/\s+#.*$/, '').split('&&'))
    .map((command) => (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", '')))
    .filter((words) => words.length > 0)
    .map(([, ...words]) => words);
}

/** The options that a run of the same plan has. */
function optionsOf(words: readonly string[], runs: readonly (readonly string[])[]): string[] {
  const [, verb = '', file = '', ...options] = words;
  if (verb !== 'replay') return words.slice(1);
  const kept = runs.find((run) => run.at(run.indexOf('--save') + 1) === file);
  expect(kept, `a line that saves ${file}`).toBeDefined();
  return [...(kept ?? []).slice(1), ...options];
}

it('shows examples in its docs that can be run', async () => {
  const inv = privateInv();
  const commands = exampleCommands();
  const runs = commands.filter(([, verb]) => verb?.startsWith('--') ?? false);
  const tried = commands.filter(([, verb]) => verb !== 'compare');
  expect(tried.length).toBeGreaterThanOrEqual(4);
  for (const words of tried) {
    const { stderr, exitCode } = await inv.run(['loadtest', 'validate', ...optionsOf(words, runs)]);
    expect([words.join(' '), stderr, exitCode]).toEqual([words.join(' '), '', 0]);
  }
});
