import { InvError } from '../../../lib/errors.ts';
import { readPoolLibrary } from './library.ts';
import type { FunctionFile, PoolLibrary } from './library.ts';
import type { RedisLink } from './link.ts';
import { loadLibrary } from './load-library.ts';
import { FunctionMissing } from './reply-error.ts';

/** Somebody may flush functions all the time; each round gives the server the library anew. */
const LOADS_MAX = 10;

/** Calls the functions of lua/ by the names of their files. */
export interface PoolCalls {
  /** @throws as RedisLink.call, but for FunctionMissing */
  write(file: FunctionFile, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** Of a function that writes nothing, so that a lost reply means no more than no reply. */
  read(file: FunctionFile, keys: readonly string[], args: readonly string[]): Promise<unknown>;
}

export function createPoolCalls(link: RedisLink, packageRoot: string): PoolCalls {
  let reading: Promise<PoolLibrary> | undefined;
  let library: PoolLibrary | undefined;
  let loading: Promise<void> | undefined;

  const loaded = (known: PoolLibrary): Promise<void> =>
    (loading ??= loadLibrary(link, known).finally(() => {
      loading = undefined;
    }));

  const call = async (
    command: 'FCALL' | 'FCALL_RO',
    file: FunctionFile,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown> => {
    library ??= await (reading ??= readPoolLibrary(packageRoot));
    const parts = [library.functionName(file), String(keys.length)].concat(keys, args);
    for (let loads = 0; ; loads += 1) {
      try {
        return await link.call(command, parts);
      } catch (error) {
        if (!(error instanceof FunctionMissing)) throw error;
        if (loads === LOADS_MAX) throw vanishing(link.label);
        await loaded(library);
      }
    }
  };

  return {
    write: (file, keys, args) => call('FCALL', file, keys, args),
    read: async (file, keys, args) => {
      try {
        return await call('FCALL_RO', file, keys, args);
      } catch (error) {
        throw withoutEffect(error);
      }
    },
  };
}

function withoutEffect(error: unknown): unknown {
  if (!(error instanceof InvError) || error.code !== 'OUTCOME_UNKNOWN') return error;
  const { message, facts } = error;
  return new InvError('STORE_UNAVAILABLE', message, { hint: 'inv doctor', facts });
}

function vanishing(label: string): InvError {
  return new InvError(
    'STORE_UNAVAILABLE',
    `Redis at ${label} loses its functions as soon as they are loaded`,
    {
      hint: 'find out who calls FUNCTION FLUSH or loads another version',
      facts: { store: 'redis' },
    },
  );
}
