import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureLocalServers } from '../../src/local/ensure.ts';
import { tryLock } from '../../src/local/lock.ts';
import { stopLocalServers } from '../../src/local/stop.ts';
import { localOptions } from './servers-options.ts';

/** Bundled by the tests and run as processes of its own: `start HOME`, `stop HOME`, `lock FOLDER ROUNDS [killed]`. */
async function main([job, folder = '', rounds = '1', end]: string[]): Promise<void> {
  if (job === 'start') {
    const servers = await ensureLocalServers(localOptions(folder));
    process.stdout.write(JSON.stringify([servers.mysql.pid, servers.redis.pid]));
  } else if (job === 'stop') {
    process.stdout.write(JSON.stringify(await stopLocalServers(localOptions(folder))));
  } else {
    await lockRounds(folder, { rounds: Number(rounds), isKilled: end === 'killed' });
  }
}

/**
 * Takes the lock again and again. Inside, a file that must not be there is made and removed. Who is to
 * be killed is so in its last round, with the lock in its hands.
 */
async function lockRounds(
  folder: string,
  { rounds, isKilled }: { rounds: number; isKilled: boolean },
): Promise<void> {
  for (let round = 0; round < rounds;) {
    const release = tryLock(`${folder}/lock`, process.pid);
    if (release === undefined) {
      await sleep(1);
      continue;
    }
    round += 1;
    try {
      writeFileSync(`${folder}/inside`, String(process.pid), { flag: 'wx' });
    } catch {
      appendFileSync(`${folder}/met`, `${process.pid}\n`);
    }
    await sleep(1);
    rmSync(`${folder}/inside`, { force: true });
    appendFileSync(`${folder}/rounds`, '.');
    if (isKilled && round === rounds) process.kill(process.pid, 'SIGKILL');
    release();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
