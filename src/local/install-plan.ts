import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InvError } from '../lib/errors.ts';
import { findExecutable, findProgram, searchFolders } from './executables.ts';
import type { LocalOptions, ServerKind } from './options.ts';
import { PACKAGE_MANAGERS } from './package-managers.ts';
import type { PackageManager } from './package-managers.ts';

export interface InstallCommand {
  /** Program and arguments. */
  argv: readonly string[];
  /** The same as a line that the user can read and paste. */
  text: string;
}

/** One thing to install: the first alternative that the system knows is taken. */
export interface InstallStep {
  kind: ServerKind;
  before: readonly InstallCommand[];
  alternatives: readonly InstallCommand[];
  /** Done whether or not the installation succeeded. */
  after: readonly InstallCommand[];
}

export interface InstallPlan {
  /** Null when nothing is missing. */
  manager: string | null;
  missing: readonly ServerKind[];
  /** Brings the list of packages up to date. */
  refresh: InstallCommand | null;
  /** True when the list is empty or older than a day: then it is refreshed first. */
  refreshFirst: boolean;
  steps: readonly InstallStep[];
}

/** What the plan looks at; a test gives folders of its own. */
export interface InstallMachine {
  /** Wall clock, milliseconds since 1970. */
  nowMs: number;
  packageLists?: string;
  /** There exactly when systemd runs this machine. */
  systemdMarker?: string;
}

/**
 * What `inv local install` would do on this machine. Looks only, runs nothing.
 * @throws InvError STORE_UNAVAILABLE when no known package manager is here
 */
export function planInstall(options: LocalOptions, machine: InstallMachine): InstallPlan {
  const missing = (['mysql', 'redis'] as const).filter(
    (kind) => findExecutable(kind, options.env) === undefined,
  );
  if (missing.length === 0) {
    return { manager: null, missing, refresh: null, refreshFirst: false, steps: [] };
  }
  const manager = findManager(options.env);
  const command = (argv: readonly string[]): InstallCommand => asUser(argv, manager, options);
  const refresh = manager.refresh === null ? null : command(manager.refresh);
  return {
    manager: manager.program,
    missing,
    refresh,
    refreshFirst: refresh !== null && isStale(machine),
    steps: missing.map((kind) => {
      const guard = existsSync(machine.systemdMarker ?? '/run/systemd/system')
        ? manager.guards[kind]
        : undefined;
      return {
        kind,
        before: (guard?.before ?? []).map(command),
        alternatives: manager.packages[kind].map((names) =>
          command([...manager.install, ...names]),
        ),
        after: (guard?.after ?? []).map(command),
      };
    }),
  };
}

/** The lines to show before asking: what is run when the first alternative is known. */
export function describePlan(plan: InstallPlan): string[] {
  const first = plan.refreshFirst && plan.refresh !== null ? [plan.refresh] : [];
  const commands = plan.steps.flatMap((step) => [
    ...step.before,
    ...step.alternatives.slice(0, 1),
    ...step.after,
  ]);
  return [...first, ...commands].map(({ text }) => text);
}

function findManager(env: LocalOptions['env']): PackageManager {
  const folders = searchFolders(env);
  const manager = PACKAGE_MANAGERS.find(
    ({ program }) => findProgram([program], folders) !== undefined,
  );
  if (manager !== undefined) return manager;
  throw new InvError(
    'STORE_UNAVAILABLE',
    `no package manager that inv knows is here (${PACKAGE_MANAGERS.map(({ program }) => program).join(', ')})`,
    {
      hint: 'install MariaDB and Redis by hand; INV_MYSQLD and INV_REDIS_SERVER name programs elsewhere',
    },
  );
}

function asUser(
  argv: readonly string[],
  manager: PackageManager,
  options: LocalOptions,
): InstallCommand {
  // -n: a question for a password would wait for ever where nobody sits.
  const whole = manager.needsRoot && options.uid !== 0 ? ['sudo', '-n', ...argv] : argv;
  return { argv: whole, text: whole.join(' ') };
}

const LISTS_AGE_MS_MAX = 24 * 3600 * 1000;

function isStale({ packageLists = '/var/lib/apt/lists', nowMs }: InstallMachine): boolean {
  try {
    const lists = readdirSync(packageLists).filter((name) => name.includes('_Packages'));
    const newest = Math.max(0, ...lists.map((name) => statSync(join(packageLists, name)).mtimeMs));
    // The files carry the archive's own time; the folder changes with every refresh.
    const refreshed = Math.max(newest, statSync(packageLists).mtimeMs);
    return lists.length === 0 || nowMs - refreshed > LISTS_AGE_MS_MAX;
  } catch {
    return true;
  }
}
