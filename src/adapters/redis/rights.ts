import { InvError } from '../../lib/errors.ts';
import type { RedisRights } from '../../ports/server-facts.ts';
import type { RedisStore } from './client.ts';

/**
 * What the account of inv runs: the commands inside of the functions of lua/, which Redis checks as if
 * the account had sent them, and those around them. Behind each name stands what makes it a whole
 * command; KEY is a key of inv.
 */
export const NEEDED_COMMANDS: Readonly<Record<string, string>> = {
  'acl|whoami': '',
  'config|get': 'appendfsync',
  del: 'KEY',
  exists: 'KEY',
  fcall: 'f 0',
  fcall_ro: 'f 0',
  'function|list': '',
  'function|load': 'text',
  get: 'KEY',
  hdel: 'KEY field',
  hget: 'KEY field',
  hgetall: 'KEY',
  hmget: 'KEY field',
  hscan: 'KEY 0',
  hset: 'KEY field value',
  hvals: 'KEY',
  info: '',
  lpush: 'KEY value',
  ltrim: 'KEY 0 1',
  pexpire: 'KEY 1',
  ping: '',
  set: 'KEY value',
  time: '',
  xadd: 'KEY * field value',
  'xinfo|stream': 'KEY',
  xlen: 'KEY',
  xrange: 'KEY - +',
  xrevrange: 'KEY + -',
  xtrim: 'KEY MINID 0-0',
  zadd: 'KEY 1 member',
  zrange: 'KEY 0 1',
  zrem: 'KEY member',
};

/** What it runs besides on the nodes of a cluster. */
const CLUSTER_COMMANDS: Readonly<Record<string, string>> = { 'cluster|slots': '' };

/** What would destroy stock, or somebody else's data. */
const DANGEROUS_COMMANDS: Readonly<Record<string, string>> = {
  'config|set': 'appendfsync no',
  eval: 'text 0',
  flushall: '',
  keys: '*',
  shutdown: '',
};

/** Asks Redis what the account may do, without doing it; undefined where it may not even ask that. */
export async function readRights(
  store: Pick<RedisStore, 'mayRun'>,
  {
    userName,
    keyPrefix,
    isCluster,
  }: { readonly userName: string; readonly keyPrefix: string; readonly isCluster: boolean },
): Promise<RedisRights | undefined> {
  const key = `${keyPrefix}:{0}:meta`;
  const ask = async (
    commands: Readonly<Record<string, string>>,
    may: boolean,
  ): Promise<readonly string[]> => {
    const names = Object.keys(commands);
    const answers = await Promise.all(
      names.map((name) => store.mayRun(userName, wordsOf(name, commands[name] ?? '', key))),
    );
    return names.filter((_name, at) => answers[at] === may);
  };
  try {
    const isBeyondPrefix = await store.mayRun(userName, ['hset', 'somebody-else', 'f', 'v']);
    const dangerous = await ask(DANGEROUS_COMMANDS, true);
    return {
      missing: await ask({ ...NEEDED_COMMANDS, ...(isCluster ? CLUSTER_COMMANDS : {}) }, false),
      excess: [...dangerous, ...(isBeyondPrefix === true ? ['keys of others'] : [])],
    };
  } catch (error) {
    if (error instanceof InvError && error.code === 'NOT_PERMITTED') return undefined;
    throw error;
  }
}

/** `xinfo|stream`, `KEY` → `xinfo stream prefix:{0}:meta`. */
function wordsOf(name: string, rest: string, key: string): readonly string[] {
  const words = [...name.split('|'), ...rest.split(' ')].filter((word) => word !== '');
  return words.map((word) => (word === 'KEY' ? key : word));
}
