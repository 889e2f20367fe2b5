import { expect, test } from 'vitest';
import { renderDefaultFile } from '../../../src/config/default-file.ts';
import {
  environmentNameOf,
  fileEnvironmentNameOf,
  SETTING_PATHS,
  settingAt,
} from '../../../src/config/schema.ts';
import { validateSetting } from '../../../src/config/validate.ts';
import { scratch } from './scratch.ts';

test('the shipped inventory.config.yaml is what the declaration says', async () => {
  // After a change of the declaration: npx vitest run test/unit/config/schema.test.ts -u
  await expect(renderDefaultFile()).toMatchFileSnapshot('../../../inventory.config.yaml');
});

test('the shipped file gives the defaults, and has a comment above every setting', async () => {
  const place = scratch();
  place.write('shop/north/inventory.config.yaml', renderDefaultFile());
  const loaded = await place.load();
  const bare = await place.load({ cwd: place.home });
  expect([loaded.config, loaded.warnings]).toEqual([bare.config, []]);

  const lines = renderDefaultFile().split('\n');
  const uncommented = SETTING_PATHS.filter((path) => {
    const key = path.split('.').at(-1) ?? '';
    const at = lines.findIndex((line, index) => {
      const isKey = line.trimStart().startsWith(`${key}: `);
      return isKey && (lines[index - 1] ?? '').includes(environmentNameOf(path));
    });
    return at === -1 || !(lines[at - 2] ?? '').includes(settingAt(path).description);
  });
  expect(uncommented).toEqual([]);
});

test('every default passes its own check', () => {
  const failing = SETTING_PATHS.filter((path) => {
    const { default: value } = settingAt(path);
    return value !== null && !validateSetting(path, value).ok;
  });
  expect(failing).toEqual([]);
});

test('no two settings share a variable', () => {
  const names = SETTING_PATHS.flatMap((path) => [
    environmentNameOf(path),
    ...[fileEnvironmentNameOf(path)].filter((name) => name !== undefined),
  ]);
  expect(names).toEqual([...new Set(names)]);
  expect(environmentNameOf('mysql.pool_size_max')).toBe('INV_MYSQL_POOL_SIZE_MAX');
});

test('the configuration without any source is this', async () => {
  const place = scratch();
  const { config } = await place.load();
  expect(config).toEqual({
    home: `${place.home}/.local/share/inv`,
    actor: null,
    timeoutMs: null,
    output: { format: null, color: 'auto' },
    mysql: {
      url: null,
      password: null,
      tlsCaFile: null,
      tlsServerName: null,
      insecure: false,
      poolSizeMax: 8,
      queueSizeMax: 1024,
      acquireTimeoutMs: 5000,
      connectTimeoutMs: 3000,
      statementTimeoutMs: 30_000,
      lockWaitTimeoutMs: 5000,
    },
    redis: {
      url: null,
      clusterNodes: null,
      password: null,
      keyPrefix: 'inv',
      tlsCaFile: null,
      tlsServerName: null,
      insecure: false,
      connectTimeoutMs: 2000,
      commandTimeoutMs: 2000,
    },
    stock: {
      location: 'MAIN',
      strategy: 'conditional',
      optimisticAttemptsMax: 50,
      lockTtlMs: 5000,
      lockWaitMs: 10_000,
    },
    pools: {
      shards: 1,
      fallback: 'none',
      autoOpenUnits: 0,
      budgetMs: 10_000,
      retentionMs: 600_000,
      lossLimitUnits: null,
      backlogEntriesMax: 1_000_000,
      batchRequestsMax: 256,
      callsInFlightMax: 4,
    },
    reconcile: { lateMs: 60_000 },
    worker: { batchEventsMax: 2000, pollMs: 100, reconcileCron: '0 2 * * *', heartbeatMs: 5000 },
    retry: { attemptsMax: 3, baseMs: 1000, factor: 2, totalMsMax: 15_000 },
    files: { batchLinesMax: 2000, linesMax: 5_000_000, lineBytesMax: 65_536 },
    loadtest: { allowed: false },
    local: { autostart: true, startTimeoutMs: 30_000 },
  });
  expect(Object.isFrozen(config) && Object.isFrozen(config.mysql)).toBe(true);
});
