import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { addDeductOptions, addLuaOptions, deductOptions, luaOptions } from './options.ts';
import type { DeductFlags, LuaFlags } from './options.ts';
import { runBenchDeduct } from './run-deduct.ts';
import { runBenchLua } from './run-lua.ts';

export function benchCommand(host: CommandHost): Command {
  return new Command('bench')
    .description(
      'Compares ways of doing the same thing, in turn, on the same work, in a database and keys of ' +
        'its own that are gone afterwards. A fast wrong answer is shown as wrong.',
    )
    .addCommand(deductCommand(host))
    .addCommand(luaCommand(host));
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

function luaCommand(host: CommandHost): Command {
  const command = new Command('lua')
    .summary('ways of counting down in Redis')
    .description(
      'Compares sales by the function library, many to a call and one a call, with the plain script of ' +
        'the seed design and with the bare command. Exit code 7: units were lost or sold twice.',
    );
  return addLuaOptions(command).action((flags: LuaFlags) => {
    const options = luaOptions(flags);
    return host.run((context) => runBenchLua(context, options));
  });
}
