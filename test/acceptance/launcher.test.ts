import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/servers.ts';

const root = join(import.meta.dirname, '..', '..');
const bundle =
  '/*! inv 0.1.0-0123456789abcdef */\nconst say = () => console.log("ran", __filename);\nsay();\n';

/** A copy of the launcher beside a bundle of one line, so that each test can damage what it likes. */
let home: string;
let dist: string;
let userCache: string;

beforeEach(() => {
  home = temporaryFolder('launcher');
  dist = join(home, 'dist');
  userCache = join(home, 'cache', 'inv');
  cpSync(join(root, 'bin'), join(home, 'bin'), { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  mkdirSync(dist, { mode: 0o755 });
  writeFileSync(join(dist, 'inv.cjs'), bundle);
});

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function launch(args: string[] = [], env: Record<string, string> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(home, 'bin', 'inv.js'), ...args],
    { encoding: 'utf8', env: { XDG_CACHE_HOME: join(home, 'cache'), ...env } },
  );
  return { code: status, stdout, stderr };
}

function ran(): Outcome {
  return { code: 0, stdout: `ran ${join(dist, 'inv.cjs')}\n`, stderr: '' };
}

function cachesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.includes('.v8'));
  } catch {
    return [];
  }
}

describe('without a bundle', () => {
  beforeEach(() => {
    rmSync(dist, { recursive: true });
  });

  test.each(['--version', '-V'])('%s prints the version of package.json', (flag) => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { version } = manifest as { version: string };
    expect(launch([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('any command says what to run, and exits 78', () => {
    expect(launch(['stock', 'list'])).toEqual({
      code: 78,
      stdout: '',
      stderr: `✗ inv is not built yet: run "npm ci" in ${home} first. [BAD_CONFIGURATION]\n`,
    });
  });
});

describe('the code cache', () => {
  test('is written by the first run, readable by its owner only, and used by the next', () => {
    expect(launch()).toEqual(ran());
    const [name = ''] = cachesIn(dist);
    expect(statSync(join(dist, name)).mode & 0o777).toBe(0o600);
    const writtenAt = statSync(join(dist, name)).mtimeMs;
    expect(launch()).toEqual(ran());
    expect(statSync(join(dist, name)).mtimeMs).toBe(writtenAt);
    expect(cachesIn(dist)).toHaveLength(1);
  });

  test('is replaced when it is damaged', () => {
    launch();
    const [name = ''] = cachesIn(dist);
    writeFileSync(join(dist, name), 'no code');
    expect(launch()).toEqual(ran());
    expect(statSync(join(dist, name)).size).toBeGreaterThan(100);
  });

  test('of another build with a bundle of the same length is not used', () => {
    launch();
    const other = bundle.replace('"ran"', '"RAN"').replace('0123456789', '9876543210');
    writeFileSync(join(dist, 'inv.cjs'), other);
    expect(launch().stdout).toBe(`RAN ${join(dist, 'inv.cjs')}\n`);
  });

  test('is neither read from nor written to a folder that others can write to', () => {
    launch();
    const [name = ''] = cachesIn(dist);
    appendFileSync(join(dist, name), 'planted');
    chmodSync(dist, 0o777);
    expect(launch()).toEqual(ran());
    expect(readFileSync(join(dist, name), 'latin1')).toMatch(/planted$/);
    expect(cachesIn(userCache)).toEqual([name]);
    expect(statSync(userCache).mode & 0o777).toBe(0o700);
  });

  test('that has nowhere to go costs a run nothing but time', () => {
    chmodSync(dist, 0o777);
    writeFileSync(join(home, 'cache'), 'a file where the folder should be');
    expect(launch()).toEqual(ran());
  });

  test('is not replaced by a run under other flags of V8', () => {
    launch();
    const [name = ''] = cachesIn(dist);
    const before = readFileSync(join(dist, name));
    expect(launch([], { NODE_OPTIONS: '--max-old-space-size=64' })).toEqual(ran());
    expect(readFileSync(join(dist, name)).equals(before)).toBe(true);
  });

  test('can be switched off', () => {
    expect(launch([], { INV_CODE_CACHE: 'off' })).toEqual(ran());
    expect([cachesIn(dist), cachesIn(userCache)]).toEqual([[], []]);
  });
});

test('--debug leaves stack traces to the loader that can map them', () => {
  expect(launch(['--debug'])).toEqual(ran());
  expect(cachesIn(dist)).toEqual([]);
});
