import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeProgram } from '../../adapters/system/node-program.ts';
import type { LocalOptions } from '../../local/options.ts';
import { runOwnCommand } from '../../local/run-own-command.ts';
import type { RunningCommand } from '../../local/run-own-command.ts';
import { openScratchFolder } from '../../local/scratch-folder.ts';

export interface ScratchOptions {
  readonly local: LocalOptions;
  readonly packageRoot: string;
  readonly signal: AbortSignal;
  /** Settings for the commands, by environment variable. */
  readonly settings: Readonly<Record<string, string>>;
  /** Files of the package that are copied into the working folder of the commands. */
  readonly files: readonly string[];
}

/** An inv of its own, with private servers of its own, that is gone when this command ends. */
export interface Scratch {
  /** Everything is below it. */
  readonly path: string;
  /** INV_HOME of its commands. */
  readonly home: string;
  /** Their working folder. */
  readonly folder: string;
  readonly binary: string;
  /** Runs one command to its end. Shown = its output goes to our stdout. */
  run(
    args: readonly string[],
    options: { readonly isShown: boolean },
  ): Promise<{ readonly exitCode: number | null; readonly output: string }>;
  /** Text of a file in the working folder. */
  read(name: string): string;
  keep(): Promise<void>;
  remove(): Promise<void>;
}

export async function openScratch(options: ScratchOptions): Promise<Scratch> {
  const { local, packageRoot, signal, files } = options;
  const binary = join(packageRoot, 'bin', 'inv.js');
  const own = [nodeProgram(), binary];
  const environment = (path: string): Readonly<Record<string, string>> =>
    scratchEnvironment(path, options);
  const scratch = await openScratchFolder({
    parent: tmpdir(),
    prefix: 'inv-demo-',
    stopCommand: [...own, 'local', 'stop'],
    stopEnvironment: environment,
  });
  let running: RunningCommand | undefined;
  // The process exits right after this event, so what it leaves has to be gone when this returns.
  const onAbort = (): void => {
    running?.kill();
    scratch.removeNow();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const leave = async (how: 'keep' | 'remove'): Promise<void> => {
    await scratch[how]();
    signal.removeEventListener('abort', onAbort);
  };
  const folder = join(scratch.path, 'files');
  mkdirSync(folder);
  for (const name of files) copyFileSync(join(packageRoot, 'catalogue', name), join(folder, name));
  writeFileSync(configFile(scratch.path), '# No settings: this inv is as it comes.\n');
  return {
    path: scratch.path,
    home: homeOf(scratch.path),
    folder,
    binary,
    run: async (args, { isShown }) => {
      const env = environment(scratch.path);
      running = runOwnCommand(
        { command: [...own, ...args], cwd: folder, env, isShown },
        local.kill,
      );
      return running.ended;
    },
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    keep: () => leave('keep'),
    remove: () => leave('remove'),
  };
}

const homeOf = (path: string): string => join(path, 'home');
const configFile = (path: string): string => join(path, 'inventory.config.yaml');

/** Of the user's own settings only which server programs to run: neither his files nor his stores. */
const KEPT_SETTINGS: ReadonlySet<string> = new Set([
  'INV_MYSQLD',
  'INV_REDIS_SERVER',
  'INV_CODE_CACHE',
  'INV_LOCAL_START_TIMEOUT_MS',
]);

function scratchEnvironment(
  path: string,
  { local, settings }: Pick<ScratchOptions, 'local' | 'settings'>,
): Record<string, string> {
  const kept = Object.entries(local.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (!entry[0].startsWith('INV_') || KEPT_SETTINGS.has(entry[0])),
  );
  return {
    ...Object.fromEntries(kept),
    INV_HOME: homeOf(path),
    INV_CONFIG: configFile(path),
    // The user's own file is looked for below this folder.
    XDG_CONFIG_HOME: path,
    ...settings,
  };
}
