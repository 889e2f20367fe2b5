import { createReadStream } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import type { ResultSetHeader } from 'mysql2/promise';
import { LOCAL_ADMIN_USER, LOCAL_DATABASE } from '../../src/local/options.ts';

/** One LOAD DATA LOCAL of a whole file: as fast as a server takes rows. */
export async function loadData(
  socketPath: string,
  { file, into }: { readonly file: string; readonly into: string },
): Promise<{ readonly durationMs: number; readonly rows: number }> {
  const connection = await createConnection({
    socketPath,
    user: LOCAL_ADMIN_USER,
    database: LOCAL_DATABASE,
  });
  try {
    const startedAt = performance.now();
    const [header] = await connection.query<ResultSetHeader>({
      sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${into}`,
      infileStreamFactory: () => createReadStream(file, { highWaterMark: 1 << 18 }),
    });
    return { durationMs: performance.now() - startedAt, rows: header.affectedRows };
  } finally {
    await connection.end();
  }
}
