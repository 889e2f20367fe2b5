import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binary, createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  await inv.json(['product', 'add', 'MUG-RED', '--name', 'Red\u001bmug']);
  await inv.json(['product', 'add', 'MUG:XL', '--name', 'Large mug']);
});
afterAll(() => inv.close());

describe('inv help', () => {
  test.each([
    [['help', 'outptu'], 'inv help output', ['output']],
    [['help', 'sttock'], 'inv help stock', ['stock']],
    [['help', 'stock', 'outt'], 'inv help stock out', ['out']],
  ])('%j is exit 2 with what was meant', async (args, hint, meant) => {
    const result = await inv.run([...args, '--json']);
    expect([result.exitCode, result.stdout]).toEqual([2, '']);
    expect(JSON.parse(result.stderr)).toMatchObject({
      error: { code: 'USAGE', hint, did_you_mean: meant },
    });
  });

  test.each([
    [['help'], ['--help']],
    [
      ['help', 'stock'],
      ['stock', '--help'],
    ],
    [
      ['help', 'stock', 'out'],
      ['stock', 'out', '--help'],
    ],
  ])('%j says what %j says', async (args, same) => {
    const [help, flag] = await Promise.all([inv.run(args), inv.run(same)]);
    expect(help).toEqual({ exitCode: 0, stdout: flag.stdout, stderr: '' });
    expect(help.stdout).toContain('Usage: inv');
  });

  test.each(['exit-codes', 'environment', 'output', 'requests', 'pools', 'scanning'])(
    'the topic %s needs no store',
    async (topic) => {
      const env = { INV_MYSQL_URL: 'mysql://u@127.0.0.1:1/x' };
      const result = await inv.run(['help', topic], { env });
      expect([result.exitCode, result.stderr]).toEqual([0, '']);
      expect(result.stdout.split('\n').length).toBeGreaterThan(10);
    },
  );
});

// Completion says nothing after 300 ms, as it should on a busy machine: then it is asked again.
describe('completion in a real bash', { retry: 5 }, () => {
  /** What bash would offer behind each line, sorted. */
  function complete(lines: readonly string[], env: Record<string, string> = {}) {
    const script = [
      `inv() { '${process.execPath}' '${binary}' "$@"; }`,
      'source <(inv completion bash)',
      'while IFS= read -r COMP_LINE; do',
      `  COMP_POINT=\${#COMP_LINE}; COMPREPLY=(); _inv_complete inv`,
      `  echo "\${COMPREPLY[*]}"`,
      'done',
    ].join('\n');
    const { stdout, stderr, status } = spawnSync('bash', ['-c', script], {
      input: lines.map((line) => `${line}\n`).join(''),
      env: { ...inv.env, ...env },
      cwd: inv.folder,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    return stdout.split('\n').slice(0, -1);
  }

  test('offers commands, flags, values and codes of the database', () => {
    expect(
      complete([
        'inv sto',
        'inv stock ou',
        'inv stock out --strat',
        'inv stock out --strategy ',
        'inv stock out --strategy=pess',
        'inv stock out mug',
        'inv stock out MUG-RED 1 --location ',
        'inv help req',
        'inv completion z',
      ]),
    ).toEqual([
      'stock',
      'out',
      '--strategy',
      'conditional pessimistic optimistic lock lua',
      'pessimistic',
      'MUG-RED MUG:XL',
      'MAIN',
      'requests',
      'zsh',
    ]);
  });

  test('goes on behind the colon that bash takes for a break between words', () => {
    expect(complete(['inv stock out MUG:'])).toEqual(['XL']);
  });

  test('offers nothing, and says nothing, where nothing is known', () => {
    const lines = ['inv bogus ', 'inv stock out MUG-RED 1 ', 'inv stock out MUG'];
    const broken = { INV_MYSQL_URL: 'mysql://u@127.0.0.1:1/x' };
    expect(complete(lines, broken)).toEqual(['', '', '']);
    expect(complete(['inv stock out MUG'], { INV_RETRY_FACTOR: 'x' })).toEqual(['']);
  });

  test('a name cannot bring control characters into the terminal', async () => {
    const { stdout } = await inv.run(['__complete', '--', 'stock', 'out', 'MUG-']);
    expect(stdout).toBe('MUG-RED\tRed mug\n');
  });

  test('the hidden command is not offered and not listed', async () => {
    expect((await inv.run(['--help'])).stdout).not.toContain('__complete');
    expect(complete(['inv __'])).toEqual(['']);
  });

  test.each(['zsh', 'fish', 'powershell'])('there is a script for %s', async (shell) => {
    const { exitCode, stdout } = await inv.run(['completion', shell]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('inv __complete --');
  });

  test('another shell is exit 2', async () => {
    expect((await inv.run(['completion', 'tcsh'])).exitCode).toBe(2);
  });
});
