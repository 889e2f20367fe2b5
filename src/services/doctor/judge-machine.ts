import { fail, ok, warn } from './check.ts';
import type { Check } from './check.ts';
import { isOlder } from './version.ts';

export interface MachineFacts {
  /** Without the leading v. */
  readonly nodeVersion: string;
  /** Of the private servers and the journal. */
  readonly home: string;
  /** The home itself, or the nearest folder above it that exists. */
  readonly folder: string;
  readonly freeBytes: number;
  readonly isWritable: boolean;
  readonly warnings: readonly string[];
  readonly configFiles: readonly string[];
}

const NODE_OLDEST = [20, 19];
const MEBIBYTE = 1024 * 1024;
const FREE_MEBIBYTES = { fail: 100, warn: 1024 };

export function judgeMachine(facts: MachineFacts): readonly Check[] {
  return [judgeNode(facts), judgeFolder(facts), judgeSpace(facts), ...judgeConfiguration(facts)];
}

function judgeNode({ nodeVersion }: MachineFacts): Check {
  return isOlder(nodeVersion, NODE_OLDEST)
    ? fail(
        'machine.node',
        `Node ${nodeVersion} is too old`,
        `use Node ${NODE_OLDEST.join('.')} or newer`,
      )
    : ok('machine.node', `Node ${nodeVersion}`);
}

function judgeFolder({ home, folder, isWritable }: MachineFacts): Check {
  return isWritable
    ? ok('machine.folder', `data lives in ${home}`)
    : warn(
        'machine.folder',
        `${folder} cannot be written: no private servers and no journal can be kept in ${home}`,
        'set INV_HOME to a folder of yours',
      );
}

function judgeSpace({ folder, freeBytes }: MachineFacts): Check {
  const mebibytes = Math.floor(freeBytes / MEBIBYTE);
  const shown =
    mebibytes < 10_240 ? `${String(mebibytes)} MiB` : `${String(Math.floor(mebibytes / 1024))} GiB`;
  const message = `${shown} free at ${folder}`;
  if (mebibytes < FREE_MEBIBYTES.fail) {
    return fail('machine.disk', message, 'make room on that disk');
  }
  return mebibytes < FREE_MEBIBYTES.warn
    ? warn('machine.disk', message, 'make room on that disk')
    : ok('machine.disk', message);
}

function judgeConfiguration({ warnings, configFiles }: MachineFacts): readonly Check[] {
  if (warnings.length > 0) {
    return warnings.map((warning) => warn('configuration', warning, 'inv config show --origin'));
  }
  const from = configFiles.length === 0 ? 'defaults and environment' : configFiles.join(', ');
  return [ok('configuration', `no warnings (${from})`)];
}
