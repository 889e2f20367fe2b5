import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFileSync, readdirSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryLock } from '../../../src/local/lock.ts';
import { logTail, rotateLog } from '../../../src/local/log-file.ts';
import { ensurePrivateFolder } from '../../../src/local/private-folder.ts';
import { findProcess } from '../../../src/local/process-table.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inv-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const uid = process.getuid?.() ?? 0;
const NO_SUCH_PID = 2 ** 30;

test('a link that somebody has put in the place of a private folder is refused', () => {
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'run'));
  expect(() => ensurePrivateFolder(join(folder, 'run'), { uid, userName: 'ann' })).toThrow(
    'it is not a folder',
  );
});

test('a private folder of another user is refused, with both names', () => {
  mkdirSync(join(folder, 'run'));
  expect(() => ensurePrivateFolder(join(folder, 'run'), { uid: uid + 1, userName: 'ann' })).toThrow(
    `it belongs to user ${uid}, and this is ann (user ${uid + 1})`,
  );
});

test('a private folder that stands open is closed', () => {
  mkdirSync(join(folder, 'run'));
  chmodSync(join(folder, 'run'), 0o755);
  ensurePrivateFolder(join(folder, 'run'), { uid, userName: 'ann' });
  expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
});

test('a folder that cannot be made says why', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => ensurePrivateFolder(join(folder, 'file/run'), { uid, userName: 'ann' })).toThrow(
    /cannot hold the private servers: .*(ENOTDIR|EEXIST)/,
  );
});

test('a lock is held once, and again when it was released', () => {
  const path = join(folder, 'lock');
  const release = tryLock(path, process.pid);
  expect(release).toBeDefined();
  expect(tryLock(path, process.pid)).toBeUndefined();
  release?.();
  expect(readdirSync(folder)).toEqual([]);
  expect(tryLock(path, process.pid)).toBeDefined();
});

test.each([
  ['has ended', `${NO_SUCH_PID}|${findProcess(process.pid)?.startedAt ?? ''}|nonce`],
  ['gave its number to another process', `${process.pid}|long ago|nonce`],
  ['left nonsense', 'nonsense'],
])('the lock of an owner who %s is taken over at the second try', (_what, owner) => {
  const path = join(folder, 'lock');
  symlinkSync(owner, path);
  expect(tryLock(path, process.pid)).toBeUndefined();
  const release = tryLock(path, process.pid);
  expect(release).toBeDefined();
  release?.();
  expect(readdirSync(folder)).toEqual([]);
});

test('while somebody alive robs a dead owner, nobody else does', () => {
  const path = join(folder, 'lock');
  symlinkSync('nonsense', path);
  const name = createHash('sha256').update('nonsense').digest('hex').slice(0, 16);
  const thief = tryLock(`${path}.${name}`, process.pid);
  expect([tryLock(path, process.pid), tryLock(path, process.pid)]).toEqual([undefined, undefined]);
  thief?.();
  expect(tryLock(path, process.pid)).toBeUndefined();
  expect(tryLock(path, process.pid)).toBeDefined();
});

test('a process that does not exist is not found, whatever the number', () => {
  expect([NO_SUCH_PID, 0, -1, 1.5, Number.NaN].map(findProcess)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
  expect(findProcess(process.pid)?.command).toContain('node');
});

test('the tail of a log is its last twenty lines since the start', () => {
  const path = join(folder, 'log');
  expect(logTail(path)).toEqual([]);
  writeFileSync(path, 'old\n');
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  writeFileSync(path, `old\n${lines.join('\n')}\n`);
  expect(logTail(path, 4)).toEqual(lines.slice(10));
  writeFileSync(path, 'old\nnew\n');
  expect(logTail(path, 4)).toEqual(['new']);
});

test('a large log starts over, and one older file is kept', () => {
  const path = join(folder, 'log');
  expect(rotateLog(path, 10)).toBe(0);
  writeFileSync(path, 'small');
  expect(rotateLog(path, 10)).toBe(5);
  writeFileSync(path, 'much too large');
  expect(rotateLog(path, 10)).toBe(0);
  expect(readdirSync(folder)).toEqual(['log.1']);
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('much too large');
});
