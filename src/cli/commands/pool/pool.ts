import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import type { Context } from '../../context.ts';
import { poolCloseCommand } from './close.ts';
import { poolListCommand } from './list.ts';
import { poolOpenCommand } from './open.ts';
import { poolReleaseCommand } from './release.ts';
import { runPoolClose } from './run-close.ts';
import { runPoolOpen } from './run-open.ts';
import { runPoolRelease } from './run-release.ts';
import { runPoolList, runPoolShow } from './run-show.ts';
import { runPoolTopUp } from './run-top-up.ts';
import { poolShowCommand } from './show.ts';
import { poolTopUpCommand } from './top-up.ts';

export function poolCommand(host: CommandHost): Command {
  const inContext =
    <Options>(run: (context: Context, options: Options) => Promise<void>) =>
    (options: Options): Promise<void> =>
      host.run((context) => run(context, options));
  return new Command('pool')
    .description('Units of a product that MySQL has handed to Redis, to be sold fast.')
    .addCommand(poolOpenCommand(inContext(runPoolOpen)))
    .addCommand(poolTopUpCommand(inContext(runPoolTopUp)))
    .addCommand(poolCloseCommand(inContext(runPoolClose)))
    .addCommand(poolReleaseCommand(inContext(runPoolRelease)))
    .addCommand(poolListCommand(inContext(runPoolList)))
    .addCommand(poolShowCommand(inContext(runPoolShow)));
}
