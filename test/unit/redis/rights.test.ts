import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FUNCTION_FILES, SHARED_FILES } from '../../../src/adapters/redis/pool/library.ts';
import { NEEDED_COMMANDS } from '../../../src/adapters/redis/rights.ts';

const read = (path: string): string =>
  readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');

describe('the rights that inv needs in Redis', () => {
  it('are the commands of the functions, and those around them', () => {
    const called = [...SHARED_FILES, ...FUNCTION_FILES].flatMap((file) =>
      [...read(`lua/${file}.lua`).matchAll(/redis\.call\('(\w+)'(?:, '([A-Z]+)')?/g)].map(
        ([, command = '', word = '']) =>
          command === 'XINFO' ? `xinfo|${word.toLowerCase()}` : command.toLowerCase(),
      ),
    );
    const around = ['acl|whoami', 'config|get', 'fcall', 'fcall_ro', 'function|list'];
    const wanted = new Set([...called, ...around, 'function|load', 'info', 'ping']);
    expect(Object.keys(NEEDED_COMMANDS)).toEqual([...wanted].sort());
  });

  it('are those that docs/pools.md tells an administrator to give', () => {
    const [snippet = ''] = /ACL SETUSER[^`]+/.exec(read('docs/pools.md')) ?? [];
    const given = [...snippet.matchAll(/\+([\w|]+)/g)].map(([, name = '']) => name);
    expect(given).toEqual([...Object.keys(NEEDED_COMMANDS), 'acl|dryrun', 'select'].sort());
  });
});
