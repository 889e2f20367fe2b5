import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import type { Context } from '../../context.ts';
import { runLoadtestClean } from './clean.ts';
import { runLoadtestCompare } from './compare.ts';
import type { CompareOptions } from './compare.ts';
import { runLoadtestReplay } from './replay.ts';
import type { ReplayOptions } from './replay.ts';
import { runLoadtestReport } from './report.ts';
import type { ReportOptions } from './report.ts';
import { given } from '../../option-values.ts';
import {
  addReportOptions,
  addRunOptions,
  parseTarget,
  reportPaths,
  runOptions,
} from './run-options.ts';
import type { RunFlags, RunOptions } from './run-options.ts';
import { runLoadtestRun } from './run.ts';
import { runLoadtestValidate } from './validate.ts';

export function loadtestCommand(host: CommandHost): Command {
  const inContext =
    <Options>(run: (context: Context, options: Options) => Promise<void>) =>
    (options: Options): Promise<void> =>
      host.run((context) => run(context, options));
  return new Command('loadtest')
    .description(
      'Sends a rush of buyers at their own times, whatever comes back, and judges what both stores ' +
        'then say against what every buyer was told. "run" is meant when no other command is named; ' +
        'inv loadtest run --help lists its options.',
    )
    .addCommand(runCommand(inContext(runLoadtestRun)), { isDefault: true })
    .addCommand(validateCommand(inContext(runLoadtestValidate)))
    .addCommand(reportCommand(inContext(runLoadtestReport)))
    .addCommand(compareCommand(inContext(runLoadtestCompare)))
    .addCommand(replayCommand(inContext(runLoadtestReplay)))
    .addCommand(cleanCommand(inContext(runLoadtestClean)));
}

function runCommand(run: (options: RunOptions) => Promise<void>): Command {
  const command = new Command('run')
    .summary('run a load test (the default)')
    .description(
      'Runs a load test on products, pools and orders of its own, which are gone afterwards. Exit ' +
        'code 7: an invariant is broken; 8: a threshold was missed; 9: the run is invalid.',
    );
  return addRunOptions(command).action((flags: RunFlags) => run(runOptions(flags)));
}

function validateCommand(run: (options: RunOptions) => Promise<void>): Command {
  const command = new Command('validate')
    .summary('check the options, and tell what they amount to')
    .description('Checks the options of a run and tells what they amount to. Touches no store.');
  return addRunOptions(command).action((flags: RunFlags) => run(runOptions(flags)));
}

function reportCommand(run: (options: ReportOptions) => Promise<void>): Command {
  return new Command('report')
    .summary('show a run that was kept, and write its page')
    .description(
      'Shows the summary of a run that was kept with --save or --json, and writes its page of charts.',
    )
    .argument('<file>', 'the document of a run')
    .option('--html <file>', 'write a report with charts, in one file')
    .action((path: string, flags: { readonly html?: string }) =>
      run({ path, htmlPath: flags.html }),
    );
}

function compareCommand(run: (options: CompareOptions) => Promise<void>): Command {
  return new Command('compare')
    .summary('two runs side by side')
    .description(
      'Shows the figures of two runs that were kept, and the ratio of the second to the first.',
    )
    .argument('<file>', 'the document of a run')
    .argument('<other-file>', 'the document of another')
    .action((first: string, second: string) => run({ first, second }));
}

function replayCommand(run: (options: ReplayOptions) => Promise<void>): Command {
  const command = new Command('replay')
    .summary('make the same starts once more')
    .description('Runs the very plan of a run that was kept, against what there is now.')
    .argument('<file>', 'the document of a run')
    .option('--target <strategy>', 'another target than that run had')
    .option('--confirm-target <database>', 'use configured stores that are not marked for tests');
  return addReportOptions(command).action((path: string, flags: RunFlags) =>
    run({
      path,
      target: given(flags.target, parseTarget, '--target'),
      confirmed: flags.confirmTarget,
      reports: reportPaths(flags),
    }),
  );
}

function cleanCommand(
  run: (options: { readonly confirmed: string | undefined }) => Promise<void>,
): Command {
  return new Command('clean')
    .summary('remove what killed runs have left')
    .description(
      'Removes the databases and keys of runs that were killed. One that goes on is left alone.',
    )
    .option('--confirm-target <database>', 'configured stores that are not marked for tests')
    .action((flags: { readonly confirmTarget?: string }) =>
      run({ confirmed: flags.confirmTarget }),
    );
}
