import { link, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { RejectsOptions } from '../../../src/adapters/files/write-rejects.ts';
import { openRejects } from '../../../src/adapters/files/write-rejects.ts';
import { readAll, readBatches } from './open-text.ts';

let directory = '';
let path = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'inv-test-'));
  path = join(directory, 'rejected.csv');
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function options(more: Partial<RejectsOptions> = {}): RejectsOptions {
  return { path, inputPath: undefined, format: 'csv', columns: ['sku', 'quantity'], ...more };
}

describe('a file of rejected lines', () => {
  it('never takes the place of the input, by whatever name', async () => {
    const inputPath = join(directory, 'input.csv');
    await writeFile(inputPath, 'sku,quantity\n');
    await link(inputPath, join(directory, 'hard.csv'));
    await symlink(inputPath, join(directory, 'soft.csv'));
    for (const name of ['input.csv', 'hard.csv', 'soft.csv', './input.csv']) {
      const opening = openRejects(options({ path: `${directory}/${name}`, inputPath }));
      await expect(opening).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    expect(await readFile(inputPath, 'utf8')).toBe('sku,quantity\n');
  });

  it.each(['missing/rejected.csv', '.'])('is refused where it cannot be: %s', async (name) => {
    const opening = openRejects(options({ path: join(directory, name) }));
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('is not there before it is whole, nor after it was abandoned', async () => {
    await writeFile(path, 'of an earlier run');
    const rejects = await openRejects(options());
    await rejects.write([{ line: 2, error: 'bad', cells: ['A', 'x'] }]);
    expect(await readFile(path, 'utf8')).toBe('of an earlier run');
    await rejects.abandon();
    expect(await readFile(path, 'utf8')).toBe('of an earlier run');
    expect(await readdir(directory)).toEqual(['rejected.csv']);
  });

  it('is for its owner only, and gives the cells back as they were', async () => {
    const rejects = await openRejects(options());
    await rejects.write([
      { line: 2, error: 'quantity: "x, y" is wrong', cells: ["'=1", 'a "b"\nc'] },
    ]);
    await rejects.write([{ line: 9, error: 'too short', cells: ['A'] }]);
    await rejects.finish();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe(
      'line,error,sku,quantity\n' +
        `2,"quantity: ""x, y"" is wrong",'=1,"a ""b""\nc"\n` +
        '9,too short,A\n',
    );
    expect(await readAll(await readFile(path, 'utf8'), { columns: ['sku', 'quantity'] })).toEqual([
      [2, { sku: '=1', quantity: 'a "b"\nc' }],
      [4, 'the line has 3 cells, the header has 4'],
    ]);
  });

  it('does not grow columns when it is rejected again', async () => {
    await writeFile(path, 'line,error,sku,quantity\n7,bad,A,x\n');
    const again = join(directory, 'again.csv');
    const records = await readBatches({ path }, { columns: ['sku', 'quantity'] });
    const columns = ['line', 'error', 'sku', 'quantity'];
    const rejects = await openRejects(options({ path: again, inputPath: path, columns }));
    await rejects.write(records.map(({ line, cells }) => ({ line, error: 'still bad', cells })));
    await rejects.finish();
    expect(await readFile(again, 'utf8')).toBe('line,error,sku,quantity\n2,still bad,A,x\n');
  });

  it('without a line is a header, in place of that of an earlier run', async () => {
    await writeFile(path, 'of an earlier run');
    await (await openRejects(options())).finish();
    expect(await readFile(path, 'utf8')).toBe('line,error,sku,quantity\n');
  });

  it('of NDJSON keeps the objects, also when it is rejected again', async () => {
    const rejects = await openRejects(options({ format: 'ndjson', columns: [] }));
    await rejects.write([
      { line: 1, error: 'a "b"', cells: ['{ "sku" : "A", "quantity":1.50}'] },
      { line: 2, error: 'new', cells: ['{"line":1,"error":"a \\"b\\"","sku":"A"}'] },
      { line: 3, error: 'empty', cells: ['{}'] },
      { line: 4, error: 'no object', cells: ['{"sku'] },
    ]);
    await rejects.finish();
    expect((await readFile(path, 'utf8')).split('\n')).toEqual([
      '{"line":1,"error":"a \\"b\\"","sku" : "A", "quantity":1.50}',
      '{"line":2,"error":"new","sku":"A"}',
      '{"line":3,"error":"empty"}',
      '{"line":4,"error":"no object","text":"{\\"sku"}',
      '',
    ]);
  });
});
