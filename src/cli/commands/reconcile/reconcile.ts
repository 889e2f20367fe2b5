import { Command, Option } from 'commander';
import { parseDuration } from '../../../domain/parse/duration.ts';
import { must, parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { SCOPES } from '../../../domain/reconcile/checks.ts';
import type { Scope } from '../../../domain/reconcile/checks.ts';
import { InvError } from '../../../lib/errors.ts';
import type { CommandHost } from '../../command-host.ts';
import { collect, given, parsePositive, productText } from '../../option-values.ts';
import { PAGE_ROWS, parseLimit } from '../stock/list-options.ts';
import { runReconcileHistory, runReconcileShow } from './run-history.ts';
import { runReconcileApply } from './run-apply.ts';
import type { ReconcileApplyOptions } from './run-apply.ts';
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
    .addCommand(
      applyCommand((options) => host.run((context) => runReconcileApply(context, options))),
    )
    .addCommand(
      historyCommand((options) => host.run((context) => runReconcileHistory(context, options))),
    )
    .addCommand(
      new Command('show')
        .summary('what one run has found and mended')
        .description('Shows what one run has found, and the receipts of what it mended.')
        .argument('<run>', 'its id, or: last')
        .action((name: string) => host.run((context) => runReconcileShow(context, { name }))),
    )
    .addHelpText('after', HELP);
}

const HELP = `
Without a command it checks: inv reconcile takes the options of inv reconcile check.

Exit codes: 0 all agree; 6 differences; 7 an invariant is violated: oversold, lost or booked twice;
75 another run is at work, or it moved while it was looked at; 69 a store is away or shut.`;

interface CheckFlags {
  readonly full?: true;
  readonly fix?: true;
  readonly plan?: string;
  readonly maxChanges?: string;
  readonly sku?: readonly string[];
  readonly scope?: string;
  readonly wait?: string;
  readonly exitZero?: true;
}

/** Enough for a bad night, and few enough to look at first when it is worse. */
const CHANGES_MAX = 100;
const WAIT_MAX_MS = 86_400_000;

function checkCommand(run: (options: ReconcileCheckOptions) => Promise<void>): Command {
  const command = new Command('check')
    .summary('compare, and say what differs (the default)')
    .description(
      'Compares everything and says what differs and why, with the numbers. Nothing is changed without ' +
        '--fix, which never gives back a unit that somebody owns: what needs a person is named with ' +
        'the command.',
    )
    .option('--fix', 'mend what can be mended without a person, with a receipt for each repair')
    .option('--plan <file>', 'write what --fix would mend to a file, for: inv reconcile apply FILE')
    .option('--max-changes <n>', `repairs of one run (default: ${String(CHANGES_MAX)})`)
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
    isFix: flags.fix === true,
    planPath: planPathOf(flags),
    changesMax: given(flags.maxChanges, parsePositive, '--max-changes') ?? CHANGES_MAX,
    products: flags.sku?.map(productText) ?? null,
    scopes: given(flags.scope, parseScopes, '--scope') ?? SCOPES,
    waitMs: given(flags.wait, parseWait, '--wait') ?? 0,
    exitZero: flags.exitZero === true,
  };
}

function planPathOf({ plan, fix }: CheckFlags): string | null {
  if (plan === undefined) return null;
  if (plan === '') throw new InvError('INVALID_INPUT', '--plan: it is empty');
  if (fix !== true) return plan;
  throw new InvError('USAGE', '--plan and --fix exclude each other', {
    hint: 'inv reconcile --plan FILE, then: inv reconcile apply FILE',
  });
}

function applyCommand(run: (options: ReconcileApplyOptions) => Promise<void>): Command {
  return new Command('apply')
    .summary('mend what a plan names')
    .description(
      'Mends what a plan names, and nothing else. Every row is compared with what the plan saw: one ' +
        'that is no longer so is left as it is, with exit code 5. Applied twice, it changes nothing ' +
        'the second time.',
    )
    .argument('<file>', 'what inv reconcile --plan has written')
    .option('--wait <duration>', 'wait for a run that is at work (default: 0s)')
    .action((file: string, flags: { readonly wait?: string }) =>
      run({ file, waitMs: given(flags.wait, parseWait, '--wait') ?? 0 }),
    );
}

function historyCommand(
  run: (options: { readonly limit: number | null }) => Promise<void>,
): Command {
  return new Command('history')
    .summary('earlier runs')
    .description('Lists earlier runs, the newest first.')
    .option('--limit <n>', `rows; 0 = all (default: ${String(PAGE_ROWS)})`)
    .action(({ limit }: { readonly limit?: string }) =>
      run({ limit: limit === undefined ? PAGE_ROWS : must(parseLimit(limit), '--limit') }),
    );
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
