import { expect } from 'vitest';
import { insertProducts } from '../catalogue-rows.ts';
import { createInstallation } from '../installation.ts';
import type { Installation } from '../installation.ts';
import { startCommand } from '../processes.ts';
import type { RunningCommand } from '../processes.ts';
import { testServers } from '../servers.ts';
import { createBackgrounds } from './background.ts';
import { byBinary, byInside, documentOf } from './by-binary.ts';
import { createHistory, rerunUnknown } from './history.ts';
import type { History } from './history.ts';
import { judge } from './judge.ts';
import type { JudgeOptions } from './judge.ts';
import { poolViolations } from './pool-proof.ts';
import { drillSeed } from './seed.ts';
import { startTraffic } from './traffic.ts';
import type { Traffic, TrafficOptions } from './traffic.ts';

/** One product in one pool, sold through the real binary, with the drill's own record of it. */
export interface Scene {
  readonly inv: Installation;
  readonly redisSocket: string;
  readonly sku: string;
  readonly units: number;
  readonly history: History;
  /** Writers at work through `inv order place`. */
  traffic(options: Partial<TrafficOptions>): Traffic;
  /** `inv worker run`, until `stop`; it must survive whatever the drill does to the stores. */
  startWorker(env?: Readonly<Record<string, string>>): SceneWorker;
  /** Settles all there is, by `inv worker once` in this process, as often as it takes. */
  settle(): Promise<void>;
  /** Reruns what is unknown, settles, and judges history, books and Redis. */
  prove(options?: JudgeOptions): Promise<void>;
  close(): Promise<void>;
}

export interface SceneWorker extends RunningCommand {
  /** Asks it to end, and expects that it ends in order. @returns what it has printed */
  stop(): Promise<string>;
}

export interface SceneOptions {
  readonly mysqlSocket?: string;
  readonly redisSocket?: string;
  readonly units: number;
  /** Units handed to the pool; all of them when left out. */
  readonly pooled?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Impatient enough for a drill, patient enough for two busy cores. */
const DRILL_ENV = {
  INV_WORKER_POLL_MS: '20',
  INV_POOLS_BUDGET_MS: '6000',
  INV_RETRY_BASE_MS: '100',
};

/** For what must be answered, however busy the machine is. */
const PATIENT_ENV = { INV_POOLS_BUDGET_MS: '30000' };

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { units, pooled = units } = options;
  const redisSocket = options.redisSocket ?? testServers().redisSocket;
  const made = await createInstallation(options);
  const inv: Installation = { ...made, env: { ...made.env, ...DRILL_ENV, ...options.env } };
  const run: Installation['run'] = (args, given = {}) =>
    made.run(args, { ...given, env: { ...DRILL_ENV, ...options.env, ...given.env } });
  const inside: Installation['inside'] = (args, given = {}) =>
    made.inside(args, { ...given, env: { ...DRILL_ENV, ...options.env, ...given.env } });
  const sku = 'DRILL';
  await insertProducts(inv.database, [{ sku }]);
  documentOf(await inside(['stock', 'in', sku, String(units), '--json']));
  documentOf(await inside(['pool', 'open', sku, String(pooled), '--json']));
  const history = createHistory();
  const backgrounds = createBackgrounds();
  const workers = new Set<SceneWorker>();
  const scene: Scene = {
    inv: { ...inv, run, inside },
    redisSocket,
    sku,
    units,
    history,
    traffic: (given) =>
      startTraffic({
        ...{ backgrounds, history, place: byBinary(inv), sku, writers: 8, name: 'w' },
        ...given,
      }),
    startWorker: (env = {}) => {
      const worker = startSceneWorker(inv, env);
      workers.add(worker);
      return worker;
    },
    settle: () => settleAll(inside),
    prove: async (judged = {}) => {
      await rerunUnknown(history, byInside(scene.inv, PATIENT_ENV));
      await settleAll(inside);
      await proveAll(scene, judged);
    },
    close: async () => {
      for (const { child } of workers) child.kill('SIGKILL');
      await backgrounds.stopAll();
      await Promise.all([...workers].map(({ ended }) => ended));
      await made.close();
    },
  };
  return scene;
}

async function proveAll(scene: Scene, judged: JudgeOptions): Promise<void> {
  const { history, inv, redisSocket, sku, units } = scene;
  const seed = `INV_DRILLS_SEED=${String(drillSeed)}`;
  const supplied = new Map([[sku, units]]);
  expect(await judge(history, inv.database, { supplied, ...judged }), seed).toEqual([]);
  const keyPrefix = inv.database.name;
  const proof = { database: inv.database, redisSocket, keyPrefix, isQuiet: true };
  expect(await poolViolations(proof), seed).toEqual({});
  // The server notices a lost client a moment later.
  await expect.poll(() => foreignConnections(scene), { timeout: 15_000 }).toEqual([]);
}

/** Connections of commands that have ended: none may be left, and with them no lock. */
async function foreignConnections({ inv }: Scene): Promise<readonly unknown[]> {
  const rows = await inv.database.sql(
    `SELECT id, command, time, state FROM information_schema.processlist
      WHERE user = 'inv' AND db = DATABASE()`,
  );
  return rows;
}

function startSceneWorker(
  inv: Pick<Installation, 'env' | 'folder'>,
  env: Readonly<Record<string, string>>,
): SceneWorker {
  const running = startCommand(inv, ['worker', 'run'], env);
  return {
    ...running,
    stop: async () => {
      running.child.kill('SIGTERM');
      const { code, stdout, stderr } = await running.ended;
      // Ended on request, in order or as terminated; anything else is a worker that died.
      expect([0, 143], stderr).toContain(code);
      return stdout + stderr;
    },
  };
}

const ROUNDS_MAX = 20;

/** A busy or recovering shard is no failure of a drill as long as it comes to an end. */
async function settleAll(inside: Installation['inside']): Promise<void> {
  for (let round = 1; ; round += 1) {
    const result = await inside(['worker', 'once', '--json']);
    const isDone = result.exitCode === 0 && documentOf(result)['lag_events'] === 0;
    if (isDone) return;
    if (round === ROUNDS_MAX) {
      throw new Error(`it does not settle: exit ${String(result.exitCode)}\n${result.stderr}`);
    }
  }
}
