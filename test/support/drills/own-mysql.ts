import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireExecutable } from '../../../src/local/executables.ts';
import { ensureMysqlData } from '../../../src/local/initialise-mysql.ts';
import { mysqlArguments, mysqlInitFile } from '../../../src/local/mysql-arguments.ts';
import { localPaths } from '../../../src/local/paths.ts';
import { temporaryFolder } from '../servers.ts';
import { localOptions } from '../servers-options.ts';
import { createOwnServer } from './own-server.ts';
import type { OwnServer } from './own-server.ts';
import type { SmallDisk } from './small-disk.ts';

/** A MySQL of the test's own, run as the product runs its private one: durable at every commit. */
export type OwnMysql = OwnServer;

export interface OwnMysqlOptions {
  readonly extraArguments?: readonly string[];
  /** What its data folder is on. */
  readonly disk?: SmallDisk;
  /** Put before the program: it runs inside of something. */
  readonly wrapper?: readonly string[];
}

const PREPARE_MS = 60_000;

export async function startOwnMysql(options: OwnMysqlOptions = {}): Promise<OwnMysql> {
  const local = localOptions(temporaryFolder('mysql'));
  const paths = localPaths(local);
  for (const folder of [paths.home, paths.run, paths.logs, paths.temporary]) {
    mkdirSync(folder, { recursive: true });
  }
  const executable = await requireExecutable('mysql', process.env);
  await ensureMysqlData(executable, local, paths, PREPARE_MS);
  const initFile = join(paths.run, 'init.sql');
  writeFileSync(initFile, mysqlInitFile());
  const { socket, log } = paths.mysql;
  const { disk } = options;
  const data = disk === undefined ? paths.mysql.data : join(disk.path, 'data');
  if (disk !== undefined) {
    cpSync(paths.mysql.data, join(disk.outside, 'data'), { recursive: true });
  }
  const server = createOwnServer({
    kind: 'mysql',
    command: [
      ...(options.wrapper ?? []),
      ...(disk?.wrapper ?? []),
      executable.path,
      ...mysqlArguments({
        flavor: executable.flavor,
        data,
        socket,
        pidFile: join(paths.run, 'server.pid'),
        initFile,
        temporary: paths.temporary,
        asRoot: local.uid === 0,
      }),
    ],
    folder: paths.home,
    socketPath: socket,
    logFile: log,
  });
  await server.start(options.extraArguments ?? []);
  return server;
}
