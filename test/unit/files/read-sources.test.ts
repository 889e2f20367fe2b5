import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { appendFile, chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';

import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openRecords } from '../../../src/adapters/files/read-records.ts';
import { openOptions, readBatches, streamOf } from './open-text.ts';

const columns = ['a', 'b'];
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'inv-test-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('a source that cannot be read', () => {
  it('is named: no file, a directory', async () => {
    const missing = join(directory, 'missing.csv');
    await expect(readBatches({ path: missing }, { columns })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `there is no file ${missing}`,
    });
    await expect(readBatches({ path: directory }, { columns })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `${directory} is a directory, not a file`,
    });
  });

  it('is not permitted', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read everything');
    const path = join(directory, 'secret.csv');
    await writeFile(path, 'a,b\n');
    await chmod(path, 0);
    await expect(readBatches({ path }, { columns })).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
    });
  });

  it('breaks off', async () => {
    const stream = new Readable({
      read() {
        this.destroy(new Error('gone'));
      },
    });
    await expect(readBatches({ stream }, { columns })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'the input stopped in the middle',
    });
  });

  it('is changed between hashing and reading', async () => {
    const path = join(directory, 'growing.csv');
    await writeFile(path, 'a,b\n1,2\n');
    const opened = await openRecords({ path }, openOptions({ columns }));
    await appendFile(path, '3,4\n');
    const read = async (): Promise<void> => {
      for await (const batch of opened.records()) expect(batch).toEqual([]);
    };
    await expect(read()).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `${path} was changed while it was read`,
    });
    await opened.close();
  });
});

describe('a source', () => {
  it('has the hash of its bytes as they are, as a file, packed, and as a stream', async () => {
    const text = 'a,b\n1,2\n';
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      const path = join(directory, 'some.csv');
      await writeFile(path, bytes);
      const expected = createHash('sha256').update(bytes).digest('hex');
      for (const source of [
        { path },
        { stream: createReadStream(path) },
        { stream: streamOf(bytes, 3) },
      ]) {
        const opened = await openRecords(source, openOptions({ columns }));
        expect(opened.fileSha256).toBe(expected);
        await opened.close();
        await opened.close();
      }
    }
  });

  it('can be read twice, the same both times', async () => {
    const opened = await openRecords({ stream: streamOf('a,b\n1,2\n') }, openOptions({ columns }));
    for (let round = 1; round <= 2; round += 1) {
      const batches = [];
      for await (const batch of opened.records()) batches.push(batch);
      expect(batches).toEqual([[{ line: 2, values: { a: '1', b: '2' }, cells: ['1', '2'] }]]);
    }
    await opened.close();
  });

  it('of 5 MB from a pipe is spooled, and leaves nothing behind', async () => {
    const before = await spools();
    const lines = 250_000;
    const text = 'a,b\n' + 'some text,some more\n'.repeat(lines);
    const opened = await openRecords({ stream: streamOf(text, 65_536) }, openOptions({ columns }));
    expect(await spools()).toEqual(before);
    let count = 0;
    for await (const batch of opened.records()) count += batch.length;
    await opened.close();
    expect(count).toBe(lines);
  });

  it('may be a named pipe', async () => {
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', [path]);
    const reading = readBatches({ path }, { columns });
    await writeFile(path, 'a,b\n1,2\n');
    expect((await reading).map(({ line, values }) => [line, values])).toEqual([
      [2, { a: '1', b: '2' }],
    ]);
  });

  it.each([
    ['x.ndjson', '{"a":1}\n', 'ndjson'],
    ['X.JSONL', 'null\n', 'ndjson'],
    ['x.csv', '{a\n', 'csv'],
    ['x.data', '{"a":1}\n', 'ndjson'],
    ['x.data', 'a,b\n', 'csv'],
  ])('%s holding %j is taken for %s', async (name, text, format) => {
    const path = join(directory, name);
    await writeFile(path, text);
    const opened = await openRecords({ path }, openOptions({ columns: [] }));
    await opened.close();
    expect(opened.format).toBe(format);
  });
});

describe('42,481 real order lines', () => {
  const path = resolve(import.meta.dirname, '../../../../shared/data/online-retail/2010-12.csv.gz');

  it('are read as csv-parse reads them', async ({ skip }) => {
    skip(!existsSync(path), 'the real data is not on this machine');
    const header = [
      'InvoiceNo',
      'StockCode',
      'Description',
      'Quantity',
      'InvoiceDate',
      'UnitPrice',
      'CustomerID',
      'Country',
    ];
    const read = await readBatches({ path }, { columns: header, required: header });
    const expected = parse(gunzipSync(await readFile(path)));
    expect(read.length).toBe(42_481);
    expect(read.map(({ cells }) => cells)).toEqual(expected.slice(1));
    expect(read.find(({ problem }) => problem !== undefined)).toBeUndefined();
  });
});

async function spools(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('inv-input-'));
}
