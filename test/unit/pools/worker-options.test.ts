import { expect, it } from 'vitest';
import type { CommandHost } from '../../../src/cli/command-host.ts';
import { workerParkedCommand } from '../../../src/cli/commands/worker/parked.ts';
import { workerCommand } from '../../../src/cli/commands/worker/worker.ts';
import { captured, refusal } from './captured.ts';

/** Runs nothing: what gets here has been taken. */
const nowhere: CommandHost = {
  run: () => Promise.reject(new Error('it would run')),
  write: () => Promise.resolve(),
  programFor: () => Promise.reject(new Error('not asked for')),
};

const worker = (...words: readonly string[]): Promise<string> =>
  refusal(captured(() => workerCommand(nowhere), ...words));

it.each([
  ['recover --shard 64', 'INVALID_INPUT --shard: "64" is no shard (0 to 63)'],
  ['recover --shard -1', 'INVALID_INPUT --shard:'],
  ['recover --shard 01', 'INVALID_INPUT --shard:'],
  ['unfreeze', 'USAGE missing option: --shard'],
  ['unfreeze --shard x', 'INVALID_INPUT --shard:'],
  ['parked list --limit -1', 'INVALID_INPUT --limit:'],
  ['parked retry 0', 'INVALID_INPUT number: "0" is no event number'],
  ['parked retry 1.5', 'INVALID_INPUT number:'],
  ['parked discard x', 'INVALID_INPUT number:'],
  ['parked discard 1 --request-id -', 'INVALID_INPUT --request-id:'],
])('inv worker %s is refused', async (words, message) => {
  expect(await worker(...words.split(' '))).toContain(message);
});

it.each(['run', 'once', 'status', 'recover', 'recover --shard 63', 'unfreeze --shard 0'])(
  'inv worker %s is taken',
  async (words) => {
    expect(await worker(...words.split(' '))).toContain('it would run');
  },
);

it('a parked event has a number, and its list a length', async () => {
  const seen: unknown[] = [];
  const take = (options: unknown): Promise<void> => {
    seen.push(options);
    return Promise.resolve();
  };
  for (const words of ['list', 'list --all --limit 0', 'retry 7', 'discard 8 --request-id d-8']) {
    await workerParkedCommand({ list: take, retry: take, discard: take }).parseAsync(
      words.split(' '),
      { from: 'user' },
    );
  }
  expect(seen).toEqual([
    { all: false, limit: 50 },
    { all: true, limit: null },
    { id: 7, requestId: undefined },
    { id: 8, requestId: 'd-8' },
  ]);
});
