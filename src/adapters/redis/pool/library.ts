import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const LIBRARY_NAME = 'inv_pool';

/** In the order in which their locals need each other. */
export const SHARED_FILES = [
  'lib-version',
  'lib-numbers',
  'lib-fence',
  'lib-bucket',
  'lib-records',
  'lib-holds',
  'lib-changes',
  'lib-shard',
  'lib-grant',
  'lib-sale',
] as const;

/** Files of lua/ that register one function each, under their own name. */
export const FUNCTION_FILES = [
  'acquire-locks',
  'adopt-shard',
  'begin-recovery',
  'close-bucket',
  'converge-bucket',
  'digest-buckets',
  'drop-bucket',
  'expire-holds',
  'extend-locks',
  'find-events',
  'find-records',
  'list-due',
  'load-bucket',
  'load-buyers',
  'locate-buckets',
  'read-buckets',
  'read-events',
  'read-shard',
  'read-version',
  'release-hold',
  'release-locks',
  'sell-orders',
  'shut-shard',
  'trim-stream',
  'withdraw-units',
] as const;

export type FunctionFile = (typeof FUNCTION_FILES)[number];

export interface PoolLibrary {
  /** What FUNCTION LOAD takes. */
  readonly text: string;
  readonly version: number;
  /** The name under which the function of this very text is called. */
  functionName(file: FunctionFile): string;
}

/** Puts lua/ together as one function library. */
export async function readPoolLibrary(packageRoot: string): Promise<PoolLibrary> {
  const files = [...SHARED_FILES, ...FUNCTION_FILES];
  const texts = await Promise.all(
    files.map((file) => readFile(join(packageRoot, 'lua', `${file}.lua`), 'utf8')),
  );
  const body = texts.join('\n');
  const build = createHash('sha256').update(body).digest('hex').slice(0, 8);
  const names = new Map(
    FUNCTION_FILES.map((file) => [file, `inv_${file.replaceAll('-', '_')}_${build}`]),
  );
  return {
    text: `#!lua name=${LIBRARY_NAME}\nlocal BUILD = '${build}'\n${body}`,
    version: Number(/^local LIBRARY_VERSION = (\d+)$/m.exec(body)?.[1]),
    functionName: (file) => names.get(file) ?? '',
  };
}
