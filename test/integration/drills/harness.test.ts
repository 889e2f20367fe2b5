import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createConnection } from 'mysql2/promise';
import { openSmallDisk } from '../../support/drills/small-disk.ts';
import { startOwnMysql } from '../../support/drills/own-mysql.ts';
import { startOwnRedis } from '../../support/drills/own-redis.ts';
import { temporaryFolder } from '../../support/servers.ts';

/** The tools of the drills do what the drills believe they do. */

let opened: { close?(): Promise<void>; kill?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const it of opened.toReversed()) await (it.close ?? it.kill)?.();
  opened = [];
});

function keep<T extends { close?(): Promise<void>; kill?(): Promise<void> }>(it: T): T {
  opened.push(it);
  return it;
}

it('a Redis killed and started again has what it acknowledged; an older copy has less; none has nothing', async () => {
  const redis = keep(await startOwnRedis());
  await redis.ask('SET', 'k', 'old');
  const copy = redis.copyFiles();
  await redis.ask('SET', 'k', 'new');
  await redis.kill();
  expect([redis.pid(), redis.ended()]).toEqual([undefined, 'SIGKILL']);
  await redis.start();
  expect(await redis.ask('GET', 'k')).toBe('new');
  await redis.kill();
  redis.replaceFiles(copy);
  await redis.start();
  expect(await redis.ask('GET', 'k')).toBe('old');
  await redis.kill();
  redis.replaceFiles();
  await redis.start();
  expect(await redis.ask('GET', 'k')).toBeNull();
});

it('a frozen server says nothing until it is thawed', async () => {
  const redis = keep(await startOwnRedis());
  redis.freeze();
  const answer = redis.ask('PING');
  const first = await Promise.race([answer, sleep(200)]);
  expect(first).toBeUndefined();
  redis.thaw();
  expect(await answer).toBe('PONG');
});

it('a MySQL killed and started again has what it committed', async () => {
  const mysql = keep(await startOwnMysql());
  const ask = async (sql: string): Promise<unknown> => {
    const connection = await createConnection({
      socketPath: mysql.socketPath,
      user: 'inv_admin',
      database: 'inventory',
    });
    const [rows] = await connection.query(sql);
    await connection.end();
    return rows;
  };
  await ask('CREATE TABLE t (n INT PRIMARY KEY) ENGINE = InnoDB');
  await ask('INSERT INTO t VALUES (7)');
  await mysql.kill();
  await mysql.start();
  expect(await ask('SELECT n FROM t')).toEqual([{ n: 7 }]);
});

it('a small disk is full for the server on it, and has room again', async () => {
  const folder = temporaryFolder('disk');
  const disk = await openSmallDisk(folder, { megabytes: 8 });
  if (disk === undefined) return;
  keep(disk);
  const redis = keep(
    await startOwnRedis({
      wrapper: disk.wrapper,
      dataFolder: disk.path,
      extraArguments: ['--appendfsync', 'everysec'],
    }),
  );
  await redis.ask('SET', 'a', '1');
  // More than what is left of the file's last block.
  const page = 'x'.repeat(10_000);
  disk.fill();
  await expect
    .poll(() => redis.ask('SET', 'b', page).then(String, (error: unknown) => String(error)))
    .toContain('MISCONF');
  disk.free();
  await expect.poll(() => redis.ask('SET', 'b', page).catch(() => 'refused')).toBe('OK');
});
