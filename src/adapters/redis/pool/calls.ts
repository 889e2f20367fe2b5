import { InvError } from '../../../lib/errors.ts';
import type { RedisLinks } from '../cluster/links.ts';
import { Moved } from '../cluster/moved.ts';
import { readPoolLibrary } from './library.ts';
import type { FunctionFile, PoolLibrary } from './library.ts';
import type { RedisLink } from './link.ts';
import { loadLibrary } from './load-library.ts';
import { FunctionMissing } from './reply-error.ts';

/** Somebody may flush functions all the time; each round gives the server the library anew. */
const LOADS_MAX = 10;
/** Nodes that one call is sent to, each at the word of the one before. */
const MOVES_MAX = 5;

/** Calls the functions of lua/ by the names of their files, at the server that has the keys. */
export interface PoolCalls {
  /**
   * All keys share a hash tag.
   * @throws as RedisLink.call, but for FunctionMissing and Moved
   */
  write(file: FunctionFile, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** Of a function that writes nothing, so that a lost reply means no more than no reply. */
  read(file: FunctionFile, keys: readonly string[], args: readonly string[]): Promise<unknown>;
}

export function createPoolCalls(links: RedisLinks, packageRoot: string): PoolCalls {
  let reading: Promise<PoolLibrary> | undefined;
  let library: PoolLibrary | undefined;
  const loading = new Map<RedisLink, Promise<void>>();

  const loaded = (link: RedisLink, known: PoolLibrary): Promise<void> => {
    const begun = loading.get(link);
    if (begun !== undefined) return begun;
    const load = loadLibrary(link, known).finally(() => loading.delete(link));
    loading.set(link, load);
    return load;
  };

  const call = async (
    command: 'FCALL' | 'FCALL_RO',
    file: FunctionFile,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown> => {
    library ??= await (reading ??= readPoolLibrary(packageRoot));
    const parts = [library.functionName(file), String(keys.length)].concat(keys, args);
    const key = keys[0] ?? '';
    for (let loads = 0, moves = 0; ;) {
      const link = links.known(key) ?? (await links.find(key));
      try {
        return await link.call(command, parts);
      } catch (error) {
        // Either says that nothing was executed: anything else is not sent again.
        if (error instanceof FunctionMissing) {
          loads += 1;
          if (loads > LOADS_MAX) throw vanishing(link.label);
          await loaded(link, library);
        } else if (error instanceof Moved) {
          moves += 1;
          if (moves > MOVES_MAX) throw astray(link.label);
          await links.follow(error, link);
        } else {
          links.failed();
          throw error;
        }
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

function astray(label: string): InvError {
  return new InvError(
    'STORE_UNAVAILABLE',
    `the nodes of the cluster of Redis at ${label} send a call from one to the other`,
    { hint: 'redis-cli --cluster check', facts: { store: 'redis' } },
  );
}
