import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const isContinuousIntegration = process.env['CI'] !== undefined;
makeEnvironmentNeutral();

/** Two, because that is what the smallest machines have, and each worker also keeps a server busy. */
const WORKERS_MAX = 2;

/** What comes true late, because the machine is busy, is true all the same. */
const PATIENT = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    // A forgotten `.only` must not make a suite pass.
    allowOnly: !isContinuousIntegration,
    watch: false,
    maxWorkers: WORKERS_MAX,
    sequence: { sequencer: LongestFirst },
    coverage: { include: ['src/**/*.ts'], reportsDirectory: 'coverage' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Nothing here keeps state between files, so one process can run them all.
          isolate: false,
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 90_000,
          expect: PATIENT,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts'],
          globalSetup: ['scripts/vitest-build.mjs', 'test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: PATIENT,
          // Beside the other project: in groups one after the other a worker would wait at the end of each.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

/** What the developer or the server has set for itself must not change what a test sees. */
function makeEnvironmentNeutral(): void {
  const terminal = ['NO_COLOR', 'FORCE_COLOR', 'CLICOLOR', 'CLICOLOR_FORCE', 'CI', 'COLUMNS'];
  const ours = [
    'INV_MYSQLD',
    'INV_REDIS_SERVER',
    'INV_DRILLS',
    'INV_DRILLS_SEED',
    'INV_SIMULATION_SEED',
    'INV_SIMULATION_SEEDS',
  ];
  for (const name of Object.keys(process.env)) {
    const isSetting = name.startsWith('INV_') && !ours.includes(name);
    if (isSetting || terminal.includes(name)) Reflect.deleteProperty(process.env, name);
  }
}
