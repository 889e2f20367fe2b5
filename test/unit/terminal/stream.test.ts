import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleBrokenPipe, OutputClosed } from '../../../src/cli/terminal/output.ts';
import { createTerminal } from '../../../src/cli/terminal/terminal.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { buildFixture } from './build-fixture.ts';
import { recordingTerminal, type RecordingOptions } from './recording-terminal.ts';

const COLUMNS = [
  { key: 'id', title: 'ID' },
  { key: 'name', title: 'NAME' },
];

async function* rowsOf(rows: readonly JsonObject[]) {
  for (const row of rows) {
    await Promise.resolve();
    yield row;
  }
}

async function streamed(options: RecordingOptions, rows: readonly JsonObject[]) {
  const recording = recordingTerminal(options);
  await recording.terminal.printStream({
    columns: COLUMNS,
    rows: rowsOf(rows),
    empty: 'nothing there',
    footer: (count) => `${count} in all`,
  });
  return [recording.stdout(), recording.stderr()];
}

const TWO = [
  { id: 1, name: 'a' },
  { id: 2, name: '中\n' },
];

describe('printStream', () => {
  it('prints nothing when the rows cannot be had', async () => {
    const recording = recordingTerminal({ stdout: 'pipe', format: 'json' });
    const rows = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('store is down')) }),
    };
    await expect(recording.terminal.printStream({ columns: COLUMNS, rows })).rejects.toThrow(
      'store is down',
    );
    expect(recording.stdout()).toBe('');
  });

  it('refuses an unknown field before it prints', async () => {
    const failure = streamed({ fields: ['nme'] }, TWO);
    await expect(failure).rejects.toMatchObject({ code: 'USAGE', hint: /--fields name/ });
  });

  it.each([
    ['json', TWO, '[\n{"id":1,"name":"a"},\n{"id":2,"name":"中\\n"}\n]\n'],
    ['json', [], '[]\n'],
    ['ndjson', TWO, '{"id":1,"name":"a"}\n{"id":2,"name":"中\\n"}\n'],
    ['ndjson', [], ''],
    ['tsv', TWO, 'id\tname\n1\ta\n2\t中␊\n'],
    ['tsv', [], 'id\tname\n'],
    ['csv', TWO, 'id,name\n1,a\n2,"中\n"\n'],
  ] as const)('writes %s of %j', async (format, rows, stdout) => {
    expect(await streamed({ stdout: 'pipe', format }, rows)).toEqual([stdout, '']);
  });

  it('draws a table, with its end on stderr', async () => {
    const stdout = 'ID  NAME\n──  ────\n 1  a\n 2  中␊\n';
    expect(await streamed({}, TWO)).toEqual([stdout, '2 in all\n']);
    expect(await streamed({}, [])).toEqual(['', 'nothing there\n']);
  });

  it('widens a table when later rows need it, and prints the header once', async () => {
    const rows = Array.from({ length: 501 }, (_, index) => ({
      id: index,
      name: index === 500 ? 'n'.repeat(60) : 'n',
    }));
    const [stdout = ''] = await streamed({}, rows);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 3)).toEqual([' ID  NAME', '───  ────', '  0  n']);
    expect(lines.at(-2)).toBe(`500  ${'n'.repeat(60)}`);
    expect(lines).toHaveLength(504);
  });

  it('selects and orders --fields', async () => {
    const fields = ['name', 'id'];
    const [stdout] = await streamed({ stdout: 'pipe', format: 'json', fields }, TWO);
    expect(stdout).toBe('[\n{"name":"a","id":1},\n{"name":"中\\n","id":2}\n]\n');
  });

  it('never holds more than a batch and a chunk ahead of a slow reader', async () => {
    let produced = 0;
    let consumedBytes = 0;
    let aheadMax = 0;
    const rowBytes = 1_000;
    async function* rows() {
      for (; produced < 5_000; produced += 1) {
        await Promise.resolve();
        aheadMax = Math.max(aheadMax, produced - consumedBytes / rowBytes);
        yield { id: 'x', name: 'n'.repeat(rowBytes - 3) };
      }
    }
    const stdout = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          consumedBytes += chunk.length;
          done();
        });
      },
    });
    const terminal = createTerminal({
      ...{ stdin: Readable.from([]), stdout, stderr: new Writable(), env: {}, color: 'auto' },
      ...{ quiet: false, verbosity: 'normal', noInput: false },
    });
    await terminal.printStream({ columns: COLUMNS, rows: rows() });
    expect(consumedBytes).toBe(5_000 * rowBytes + 'id\tname\n'.length);
    expect(aheadMax).toBeLessThan(600);
  });
});

describe('a stdout that fails', () => {
  function terminalOn(code: string) {
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error(`write ${code}`), { code }));
      },
    });
    let closings = 0;
    const stderr = new Writable();
    handleBrokenPipe({ stdout, stderr }, () => (closings += 1));
    const terminal = createTerminal({
      ...{ stdin: Readable.from([]), stdout, stderr, env: {}, color: 'auto', quiet: false },
      ...{ verbosity: 'normal', noInput: false },
    });
    return { terminal, closings: () => closings };
  }

  it('because its reader has gone is OutputClosed, also for every later write', async () => {
    const { terminal, closings } = terminalOn('EPIPE');
    await expect(terminal.print({ document: { a: 1 } })).rejects.toBeInstanceOf(OutputClosed);
    await expect(terminal.write('more')).rejects.toBeInstanceOf(OutputClosed);
    expect(closings()).toBe(1);
  });

  it('because the disk is full is an error with its reason', async () => {
    const { terminal, closings } = terminalOn('ENOSPC');
    await expect(terminal.print({ document: { a: 1 } })).rejects.toMatchObject({
      code: 'UNEXPECTED',
      message: 'standard output cannot be written: write ENOSPC',
    });
    expect(closings()).toBe(0);
  });
});

describe('a real pipe', () => {
  let fixture: ReturnType<typeof buildFixture>;
  beforeAll(() => {
    fixture = buildFixture('print-many');
  });
  afterAll(() => fixture.remove());

  function run(env: Record<string, string>, readUntil: (text: string) => boolean) {
    const child = spawn(process.execPath, [fixture.file], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdoutBytes = 0;
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdoutBytes += chunk.length;
      if (readUntil(chunk.toString())) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise<{ exitCode: number | null; stdoutBytes: number; report: unknown }>(
      (resolve) => {
        child.on('close', (exitCode) => {
          expect(stderr.trim().split('\n')).toHaveLength(1);
          resolve({ exitCode, stdoutBytes, report: JSON.parse(stderr) as unknown });
        });
      },
    );
  }

  it.each(['tsv', 'json', 'ndjson', 'csv', 'table'])(
    'that closes after its first line ends the command with exit 0 (%s)',
    async (FORMAT) => {
      const { exitCode, report } = await run({ COUNT: '1000000', FORMAT }, () => true);
      expect(exitCode).toBe(0);
      expect(report).toMatchObject({ outcome: 'closed', isReleased: true });
      expect((report as { asked: number }).asked).toBeLessThan(100_000);
    },
  );

  it('takes 200,000 rows in bounded memory', async () => {
    const { exitCode, stdoutBytes, report } = await run(
      { COUNT: '200000', FORMAT: 'json' },
      () => false,
    );
    expect(exitCode).toBe(0);
    expect(stdoutBytes).toBeGreaterThan(25_000_000);
    expect(report).toMatchObject({ asked: 200_000, outcome: 'done' });
    expect((report as { peakMegabytes: number }).peakMegabytes).toBeLessThan(160);
  });
});
