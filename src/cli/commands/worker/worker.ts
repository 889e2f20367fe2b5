import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import type { Context } from '../../context.ts';
import { InvError } from '../../../lib/errors.ts';
import { runWorkerOnce } from './once.ts';
import { workerParkedCommand } from './parked.ts';
import { runWorkerRecover } from './recover.ts';
import { runParkedDiscard, runParkedList, runParkedRetry } from './run-parked.ts';
import { runWorkerRun } from './run.ts';
import { addShardOption, shardOf } from './shard-option.ts';
import { runWorkerStatus } from './status.ts';
import { runWorkerUnfreeze } from './unfreeze.ts';

export function workerCommand(host: CommandHost): Command {
  const inContext =
    <Options>(run: (context: Context, options: Options) => Promise<void>) =>
    (options: Options): Promise<void> =>
      host.run((context) => run(context, options));
  return new Command('worker')
    .description('Books what pools have sold, gives expired holds back, and mends what it can.')
    .addCommand(runCommand(() => host.run(runWorkerRun)))
    .addCommand(onceCommand(() => host.run(runWorkerOnce)))
    .addCommand(statusCommand(() => host.run(runWorkerStatus)))
    .addCommand(
      workerParkedCommand({
        list: inContext(runParkedList),
        retry: inContext(runParkedRetry),
        discard: inContext(runParkedDiscard),
      }),
    )
    .addCommand(recoverCommand(inContext(runWorkerRecover)))
    .addCommand(unfreezeCommand(inContext(runWorkerUnfreeze)));
}

function runCommand(run: () => Promise<void>): Command {
  return new Command('run')
    .summary('work until stopped')
    .description(
      'Settles what pools sell until it is told to stop by Ctrl-C, SIGTERM or --timeout: then it ends ' +
        'the transaction under way, says what it did, and exits 0. Several may run; one works, the ' +
        'others stand by. On a terminal each shard has a line; what is worth a line of a log goes to ' +
        'stderr with its time.',
    )
    .action(run);
}

function onceCommand(run: () => Promise<void>): Command {
  return new Command('once')
    .summary('settle what there is, and end')
    .description('Settles what has been sold until now, gives expired holds back, and ends.')
    .action(run);
}

function statusCommand(run: () => Promise<void>): Command {
  return new Command('status')
    .summary('what waits, who works, and what needs a person')
    .description(
      'Shows for each shard what waits to be settled, which worker is at it, and what needs a person. ' +
        'Exit code 6 when something does.',
    )
    .action(run);
}

function recoverCommand(run: (options: { readonly shard: number | undefined }) => Promise<void>) {
  const command = new Command('recover')
    .summary('check Redis against the books and open it again')
    .description(
      'Does at once what a worker does by itself after Redis was restarted or has lost data: checks it ' +
        'against the books, rebuilds what is missing, and lets it sell again.',
    );
  return addShardOption(command, 'only this one; default: all').action(
    (flags: { readonly shard?: string }) => run({ shard: shardOf(flags) }),
  );
}

function unfreezeCommand(run: (options: { readonly shard: number }) => Promise<void>): Command {
  const command = new Command('unfreeze')
    .summary('let a frozen shard settle and sell again')
    .description(
      'Lets a frozen shard settle and sell again, as the books are now. inv freezes a shard when the ' +
        'books are older than what Redis was told, or when the two contradict each other: look first, ' +
        'docs/pools.md says at what. Asks first; --yes answers it.',
    );
  return addShardOption(command, 'which one').action((flags: { readonly shard?: string }) => {
    const shard = shardOf(flags);
    if (shard === undefined) {
      throw new InvError('USAGE', 'missing option: --shard', { hint: 'inv worker status' });
    }
    return run({ shard });
  });
}
