import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { runDoctor } from './run-doctor.ts';

export function doctorCommand(host: CommandHost): Command {
  return new Command('doctor')
    .description(
      'Examines this machine, the configuration, MySQL, Redis and the terminal, and says what to ' +
        'do about what it finds. Starts and changes nothing. Exit code 6 when a check fails, 69 when ' +
        'a store does not answer.',
    )
    .action(() => host.run(runDoctor));
}
