import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { LoadConfigOptions, LoadedConfig } from '../../../src/config/load-config.ts';
import { InvError } from '../../../src/lib/errors.ts';

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

export interface Scratch {
  readonly home: string;
  readonly project: string;
  /** Writes a file (path relative to the home folder) and returns its absolute path. */
  write(path: string, content: string | Uint8Array, mode?: number): string;
  load(options?: Partial<LoadConfigOptions>): Promise<LoadedConfig>;
  /** The error that loading must end with. */
  refusal(options?: Partial<LoadConfigOptions>): Promise<InvError>;
}

/** A home folder with a project inside; nothing of the real machine is seen. */
export function scratch(): Scratch {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'inv-config-')));
  roots.push(home);
  const project = join(home, 'shop', 'north');
  mkdirSync(project, { recursive: true });
  const load = (options: Partial<LoadConfigOptions> = {}): Promise<LoadedConfig> =>
    loadConfig({ env: {}, cwd: project, homeDirectory: home, ...options });
  return {
    home,
    project,
    load,
    write(path, content, mode = 0o600) {
      const file = join(home, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { mode });
      return file;
    },
    async refusal(options) {
      const outcome = await load(options).catch((error: unknown) => error);
      if (!(outcome instanceof InvError)) {
        throw new Error(`expected an InvError, got ${String(outcome)}`);
      }
      return outcome;
    },
  };
}

export const PROJECT_FILE = 'shop/north/inventory.config.yaml';
export const USER_FILE = '.config/inv/config.yaml';
