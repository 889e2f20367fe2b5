import { InvError } from '../../../lib/errors.ts';
import type { PoolLibrary } from './library.ts';
import { LIBRARY_NAME } from './library.ts';
import type { RedisLink } from './link.ts';

/**
 * Gives the server this library, unless it has it by now. Replacing another one shuts every shard
 * until it is adopted again (the fence lives in the memory of the library), so a newer one stays.
 * @throws InvError BAD_CONFIGURATION when the server holds a newer one
 */
export async function loadLibrary(link: RedisLink, library: PoolLibrary): Promise<void> {
  const names = await loadedFunctions(link);
  if (names.includes(library.functionName('read-version'))) return;
  if (names.length === 0) {
    await loadFirst(link, library);
    return;
  }
  const asked = names.find((name) => name.startsWith('inv_read_version_'));
  const version = asked === undefined ? 0 : Number(await link.call('FCALL_RO', [asked, '0']));
  if (version > library.version) {
    throw new InvError(
      'BAD_CONFIGURATION',
      `Redis at ${link.label} holds a newer pool library (version ${version}; this one is ${library.version})`,
      { hint: 'update inv', facts: { store: 'redis', version } },
    );
  }
  await link.call('FUNCTION', ['LOAD', 'REPLACE', library.text]);
}

/** Without REPLACE: when another client was first, its adoption must not be undone. */
async function loadFirst(link: RedisLink, library: PoolLibrary): Promise<void> {
  try {
    await link.call('FUNCTION', ['LOAD', library.text]);
  } catch (error) {
    if ((await loadedFunctions(link)).length === 0) throw error;
  }
}

async function loadedFunctions(link: RedisLink): Promise<readonly string[]> {
  const reply = await link.call('FUNCTION', ['LIST', 'LIBRARYNAME', LIBRARY_NAME]);
  return namesIn(reply);
}

/** Collects every text under the names of functions: their order differs between versions of the server. */
function namesIn(reply: unknown): readonly string[] {
  if (Array.isArray(reply)) return reply.flatMap(namesIn);
  return typeof reply === 'string' && reply.startsWith('inv_') && reply !== LIBRARY_NAME
    ? [reply]
    : [];
}
