import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { runDbMigrate } from './migrate.ts';
import { runDbStatus } from './status.ts';
import { runDbWait } from './wait.ts';

export function dbCommand(host: CommandHost): Command {
  const command = new Command('db').description('The database schema.');
  command
    .command('migrate')
    .summary('bring the schema up to this inv')
    .description(
      'Applies the migrations that are missing, one process at a time, whoever starts it. ' +
        '--dry-run lists them.',
    )
    .action(() => host.run(runDbMigrate));
  command
    .command('status')
    .summary('which migrations are applied and which are pending')
    .description('Compares the schema with this inv. Exit code 6 when migrations are pending.')
    .action(() => host.run(runDbStatus));
  command
    .command('wait')
    .summary('wait until MySQL and Redis answer')
    .description(
      'Waits until MySQL and Redis answer, at most --timeout (60s). Exit code 69 when they do not.',
    )
    .action(() => host.run(runDbWait));
  return command;
}
