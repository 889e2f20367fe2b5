import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { addDeductOptions, deductOptions } from './deduct-options.ts';
import type { DeductFlags } from './deduct-options.ts';
import { runBenchDeduct } from './run-deduct.ts';

export function benchCommand(host: CommandHost): Command {
  return new Command('bench')
    .description(
      'Compares ways of doing the same thing, in turn, on the same work, in a database and keys of ' +
        'its own that are gone afterwards. A fast wrong answer is shown as wrong.',
    )
    .addCommand(deductCommand(host));
}

function deductCommand(host: CommandHost): Command {
  const command = new Command('deduct')
    .summary('strategies on the same stock and requests')
    .description(
      'Lets every strategy sell the same stock to the same requests, round after round, and compares ' +
        'what the callers were told with the books. Exit code 7: a strategy oversold, undersold, lost or ' +
        'booked something twice.',
    );
  return addDeductOptions(command).action((flags: DeductFlags) => {
    const options = deductOptions(flags);
    return host.run((context) => runBenchDeduct(context, options));
  });
}
