import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { runLocalInstall } from './install.ts';
import { runLocalReset } from './reset.ts';
import { runLocalStart } from './start.ts';
import { runLocalStatus } from './status.ts';
import { runLocalStop } from './stop.ts';

/** `inv local`: the private servers of this user. None of its commands takes options of its own. */
export function localCommand(host: CommandHost): Command {
  const command = new Command('local').description(
    'The private MySQL and Redis on this machine: on sockets only, for this user only, below INV_HOME.',
  );
  for (const { name, summary, description, run } of COMMANDS) {
    command
      .command(name)
      .summary(summary)
      .description(description)
      .action(() => host.run(run));
  }
  return command;
}

const COMMANDS = [
  {
    name: 'start',
    summary: 'start both servers',
    description:
      'Starts both servers and waits until they answer. They run on after the command; other ' +
      'commands start them by themselves when they need them.',
    run: runLocalStart,
  },
  {
    name: 'stop',
    summary: 'stop both servers; their data stays',
    description: 'Stops both servers and waits until they have ended. Their data stays.',
    run: runLocalStop,
  },
  {
    name: 'status',
    summary: 'what is installed and what runs',
    description: 'Shows what is installed and what runs. Starts nothing and changes nothing.',
    run: runLocalStatus,
  },
  {
    name: 'install',
    summary: 'install MySQL and Redis with the package manager',
    description:
      'Installs the server programs that are missing with the package manager of this system, ' +
      'after asking. --dry-run shows the commands and runs nothing.',
    run: runLocalInstall,
  },
  {
    name: 'reset',
    summary: 'stop both servers and delete all that they hold',
    description:
      'Stops both servers and deletes every product, movement and pool that they hold, after asking.',
    run: runLocalReset,
  },
] as const;
