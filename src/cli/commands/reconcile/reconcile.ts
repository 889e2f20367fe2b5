import { Command, Option } from 'commander';
import { parseDuration } from '../../../domain/parse/duration.ts';
import { parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { SCOPES } from '../../../domain/reconcile/checks.ts';
import type { Scope } from '../../../domain/reconcile/checks.ts';
import { InvError } from '../../../lib/errors.ts';
import type { CommandHost } from '../../command-host.ts';
import { collect, given, productText } from '../../option-values.ts';
import { runReconcileCheck } from './run-check.ts';
import type { ReconcileCheckOptions } from './run-check.ts';

export function reconcileCommand(host: CommandHost): Command {
  return new Command('reconcile')
    .description(
      'Checks whether ledger, balances, pools, holds and orders agree. What is sold and not booked yet ' +
        'is no difference, so it may run at any time, also while sales run.',
    )
    .addCommand(
      checkCommand((options) => host.run((context) => runReconcileCheck(context, options))),
      { isDefault: true },
    )
    .addHelpText('after', HELP);
}

const HELP = `
Without a command it checks: inv reconcile takes the options of inv reconcile check.

Exit codes: 0 all agree; 6 differences; 7 an invariant is violated: oversold, lost or booked twice;
75 another run is at work, or it moved while it was looked at; 69 a store is away or shut.`;

interface CheckFlags {
  readonly full?: true;
  readonly sku?: readonly string[];
  readonly scope?: string;
  readonly wait?: string;
  readonly exitZero?: true;
}

const WAIT_MAX_MS = 86_400_000;

function checkCommand(run: (options: ReconcileCheckOptions) => Promise<void>): Command {
  const command = new Command('check')
    .summary('compare, and say what differs (the default)')
    .description(
      'Compares everything and says what differs and why, with the numbers. Nothing is changed.',
    )
    .option('--full', 'sum the ledger from its first line; else from where the last runs sealed it')
    .addOption(
      new Option('--sku <sku>', 'only this product, by SKU or barcode; repeatable').argParser(
        collect,
      ),
    )
    .option('--scope <list>', `only these, of: ${SCOPES.join(', ')}`)
    .option('--wait <duration>', 'wait for a run that is at work (default: 0s)')
    .option('--exit-zero', 'exit code 0 also when something differs')
    .allowExcessArguments(true);
  return command.action((flags: CheckFlags) => {
    const [word] = command.args;
    if (word !== undefined) throw unknownWord(word);
    return run(optionsOf(flags));
  });
}

function optionsOf(flags: CheckFlags): ReconcileCheckOptions {
  return {
    isFull: flags.full === true,
    products: flags.sku?.map(productText) ?? null,
    scopes: given(flags.scope, parseScopes, '--scope') ?? SCOPES,
    waitMs: given(flags.wait, parseWait, '--wait') ?? 0,
    exitZero: flags.exitZero === true,
  };
}

function parseWait(text: string): Parsed<number> {
  return parseDuration(text, { minMs: 0, maxMs: WAIT_MAX_MS });
}

function parseScopes(text: string): Parsed<readonly Scope[]> {
  const scopes: Scope[] = [];
  for (const word of text.split(',')) {
    const scope = SCOPES.find((one) => one === word.trim());
    if (scope === undefined) {
      return refused(`${shown(word)} is none of ${SCOPES.join(', ')}`);
    }
    scopes.push(scope);
  }
  return parsed([...new Set(scopes)]);
}

function unknownWord(word: string): InvError {
  return new InvError('USAGE', `there is no command "inv reconcile ${word}"`, {
    hint: 'inv reconcile --help',
  });
}
