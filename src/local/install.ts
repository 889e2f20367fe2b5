import { InvError } from '../lib/errors.ts';
import { findExecutable, findProgram, searchFolders } from './executables.ts';
import type { InstallCommand, InstallPlan, InstallStep } from './install-plan.ts';
import { describePlan } from './install-plan.ts';
import { interrupted } from './interrupted.ts';
import type { LocalOptions, ServerKind } from './options.ts';
import { runStreaming } from './run-streaming.ts';
import { STORE_NAMES } from './start-failed.ts';

/** Total time for all commands of an installation. */
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/**
 * Runs a plan that the user has agreed to. The package manager's output goes to `report`, line
 * by line. Does nothing when nothing is missing.
 * @returns what was installed
 * @throws InvError NOT_PERMITTED (no root and no sudo without a password), STORE_UNAVAILABLE with
 * the end of the output when it fails, INTERRUPTED
 */
export async function installLocalServers(
  options: LocalOptions,
  plan: InstallPlan,
  timeoutMs: number = INSTALL_TIMEOUT_MS,
): Promise<ServerKind[]> {
  if (plan.steps.length === 0) return [];
  const deadlineMs = performance.now() + timeoutMs;
  const run = (command: InstallCommand): Promise<string[] | undefined> =>
    runCommand(command, options, deadlineMs);
  await requireSudo(options, plan);
  let refreshed = plan.refresh === null;
  const refresh = async (): Promise<void> => {
    refreshed = true;
    // A refresh that fails in part may still have brought what is needed: the installation tells.
    if (plan.refresh !== null) await run(plan.refresh);
  };
  if (plan.refreshFirst) await refresh();
  for (const step of plan.steps) {
    let failure = await runStep(step, run);
    if (failure !== undefined && !refreshed) {
      await refresh();
      failure = await runStep(step, run);
    }
    if (failure !== undefined) throw installFailed(step, failure);
  }
  return verify(options, plan);
}

type Run = (command: InstallCommand) => Promise<string[] | undefined>;

/** @returns the end of the output of the first alternative when none could be installed */
async function runStep(step: InstallStep, run: Run): Promise<string[] | undefined> {
  for (const command of step.before) await run(command);
  try {
    let firstFailure: string[] | undefined;
    for (const command of step.alternatives) {
      const failure = await run(command);
      if (failure === undefined) return undefined;
      firstFailure ??= failure;
    }
    return firstFailure;
  } finally {
    for (const command of step.after) await run(command);
  }
}

/** @returns undefined when the command succeeded, else the end of what it printed */
async function runCommand(
  command: InstallCommand,
  options: LocalOptions,
  deadlineMs: number,
): Promise<string[] | undefined> {
  options.report?.(`$ ${command.text}`);
  const timeoutMs = Math.max(deadlineMs - performance.now(), 1);
  const { failure, lines } = await runStreaming(command.argv, options, timeoutMs);
  if (options.signal?.aborted === true) throw interrupted(options.signal);
  return failure === undefined ? undefined : [...lines, failure];
}

async function requireSudo(options: LocalOptions, plan: InstallPlan): Promise<void> {
  const needsSudo = plan.steps.some((step) => step.alternatives[0]?.argv[0] === 'sudo');
  if (!needsSudo) return;
  const sudo = findProgram(['sudo'], searchFolders(options.env));
  const allowed =
    sudo !== undefined &&
    (await runStreaming([sudo, '-n', 'true'], options, 10_000)).failure === undefined;
  if (allowed) return;
  const why = sudo === undefined ? 'there is no sudo' : 'sudo asks for a password';
  const commands = describePlan(plan).map((line) => line.replace(/^sudo -n /, ''));
  throw new InvError(
    'NOT_PERMITTED',
    `installing needs root: this is user ${options.userName}, and ${why}`,
    { hint: `run as root: ${commands.join(' && ')}`, facts: { commands } },
  );
}

function verify(options: LocalOptions, plan: InstallPlan): ServerKind[] {
  const lost = plan.missing.find((kind) => findExecutable(kind, options.env) === undefined);
  if (lost === undefined) return [...plan.missing];
  throw new InvError(
    'STORE_UNAVAILABLE',
    `the packages were installed, but no ${STORE_NAMES[lost]} server program is found`,
    { hint: 'INV_MYSQLD and INV_REDIS_SERVER name the programs', facts: { store: lost } },
  );
}

function installFailed(step: InstallStep, lines: readonly string[]): InvError {
  const words = lines.slice(-10).map((line) => `\n    ${line}`);
  return new InvError(
    'STORE_UNAVAILABLE',
    `${STORE_NAMES[step.kind]} could not be installed:${words.join('')}`,
    { hint: step.alternatives[0]?.text ?? 'inv doctor', facts: { store: step.kind } },
  );
}
