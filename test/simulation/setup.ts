import type { HistoryCall } from './run.ts';
import { createOracle, createRequest } from './oracle.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenarios.ts';
import { LOSS_LIMIT } from './limits.ts';
import { openPool, raiseGeneration } from './stores/mysql-pools.ts';
import { createMysqlData } from './stores/mysql-state.ts';
import { converge } from './stores/redis-control-scripts.ts';
import { adopt, begin } from './stores/redis-recovery-scripts.ts';
import { emptyRedisData, POOLS } from './stores/redis-state.ts';
import type { World } from './world.ts';
import { newId, newToken } from './world.ts';

/** The seed chooses more than the schedule; a seed of one scenario says nothing about another. */
const SEEDS_PER_SCENARIO = 7_919;

/** A shard that was adopted once, and pools with some units of scarce products. */
export function createWorld(scenario: Scenario, call: HistoryCall): World {
  const random = createRandom(call.seed + SEEDS_PER_SCENARIO * scenario.requests);
  const requests = Array.from({ length: scenario.requests }, (_, id) =>
    createRequest(random, id, scenario.shares),
  );
  const initialOnHand = random.between(5, 10);
  const isShared = random.chance(0.4);
  const world: World = {
    rules: call.rules,
    random,
    redis: { data: emptyRedisData(), upvalue: null, clockOffset: 0, entry: null },
    mysql: createMysqlData(isShared ? [0, 0] : [0, 1], initialOnHand),
    time: 1_000,
    skewTicks: scenario.skewTicks,
    lossLimit: random.chance(scenario.lossLimitShare) ? LOSS_LIMIT : null,
    oracle: createOracle(requests, initialOnHand),
    lastToken: 0,
    lastId: scenario.requests,
    violation: null,
    trace: call.isTraced ? [] : null,
  };
  open(world);
  return world;
}

function open(world: World): void {
  const { random } = world;
  const raised = raiseGeneration(world, 0);
  const recovery = { generation: raised?.generation ?? 1, token: newToken(world) };
  begin(world, recovery);
  adopt(world, recovery);
  for (let pool = 0; pool < POOLS; pool += 1) {
    if (!random.chance(0.9)) continue;
    openPool(world, { operation: newId(world), pool, quantity: random.between(2, 5) });
    const row = { ...world.mysql.pools[pool]! };
    if (row.state === 'open') converge(world, { generation: recovery.generation, pool, row });
  }
}
