import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** sha256 of the text with Unix line ends, so that a checkout on Windows does not look edited. */
  readonly checksum: string;
}

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** The migrations of this inv, in order. */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => FILE_NAME.test(name)).sort();
  return Promise.all(
    names.map(async (fileName) => {
      const [, digits = '', name = ''] = FILE_NAME.exec(fileName) ?? [];
      const sql = (await readFile(join(directory, fileName), 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { version: Number(digits), name, sql, checksum };
    }),
  );
}

/** The version this inv works with; cheaper than reading the files. */
export async function latestMigration(directory: string): Promise<number> {
  const versions = (await readdir(directory)).flatMap((name) => {
    const digits = FILE_NAME.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return Math.max(0, ...versions);
}
