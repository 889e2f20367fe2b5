import { describe, expect, it } from 'vitest';

import { parseMapping } from '../../../src/adapters/files/mapping.ts';
import { openRecords } from '../../../src/adapters/files/read-records.ts';
import { openOptions, readAll, streamOf } from './open-text.ts';

const columns = ['sku', 'name', 'min_level'];
const required = ['sku', 'name'];

describe('the header of a file', () => {
  it('that lacks required columns is shown, with the advice to map them', async () => {
    const text = 'StockCode,Names,Unit Price\nA,B,1\n';
    await expect(readAll(text, { columns, required })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message:
        'line 1: the columns sku, name must be there; the file has StockCode, Names, Unit Price',
      hint: 'Say which columns they are: --map sku=COLUMN --map name=Names',
    });
  });

  it('that lacks a mapped column is shown, with the nearest name', async () => {
    const map = new Map([['sku', 'StokCode']]);
    await expect(
      readAll('StockCode,Name\nA,B\n', { columns, required, map }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'line 1: there is no column StokCode; the file has StockCode, Name',
      hint: 'did you mean --map sku=StockCode?',
    });
  });

  it('that has a needed column twice is refused, and one that nobody needs is not', async () => {
    await expect(
      readAll('sku,SKU ,name\nA,B,C\n', { columns: ['Sku'], required: [] }),
    ).rejects.toMatchObject({
      message: 'line 1: the column Sku stands there 2 times',
    });
    expect(await readAll('sku,SKU,name,x,x\nA,B,C,,\n', { columns, required })).toEqual([
      [2, { sku: 'A', name: 'C' }],
    ]);
  });

  it('gives its fields by the map first, one column to two fields if so mapped', async () => {
    const map = parseMapping(['sku=Code', 'name=Code'], columns);
    expect(await readAll('name,Code,Min Level\nx,A,5\n', { columns, required, map })).toEqual([
      [2, { sku: 'A', name: 'A', min_level: '5' }],
    ]);
  });

  it('is listed, with the columns that nothing reads, but for those of a file of rejected lines', async () => {
    const stream = streamOf('line,error,sku,name,nmae\n3,bad,A,B,C\n');
    const opened = await openRecords({ stream }, openOptions({ columns, required }));
    await opened.close();
    expect([opened.format, opened.columns, opened.ignoredColumns]).toEqual([
      'csv',
      ['line', 'error', 'sku', 'name', 'nmae'],
      ['nmae'],
    ]);
  });
});

describe('a mapping', () => {
  it.each([
    ['sku', '--map: "sku" is not field=Column'],
    ['=Code', '--map: "=Code" is not field=Column'],
    ['sku=', '--map: "sku=" is not field=Column'],
    ['skku=Code', '--map: there is no field skku; the fields are sku, name, min_level'],
  ])('%j is refused', (text, message) => {
    expect(() => parseMapping([text], columns)).toThrow(message);
  });

  it('of one field twice is refused', () => {
    expect(() => parseMapping(['sku=A', 'sku=B'], columns)).toThrow(
      'the field sku is mapped twice',
    );
  });

  it('may name columns with spaces and equals signs', () => {
    expect([...parseMapping(['SKU = Stock Code', 'name=a=b'], columns)]).toEqual([
      ['sku', 'Stock Code'],
      ['name', 'a=b'],
    ]);
  });
});
