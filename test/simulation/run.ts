import { runClient } from './actors/client.ts';
import { runCoordinator } from './actors/coordinator.ts';
import { runClose, runOpen, runTopUp } from './actors/operator.ts';
import { runReconciler } from './actors/reconciler.ts';
import { runWorker } from './actors/worker.ts';
import { checkStep } from './checks.ts';
import { injectFault, keepPast } from './faults.ts';
import { heal } from './heal.ts';
import { deliverLate } from './network.ts';
import { tell, wasRestored } from './oracle.ts';
import type { Request } from './oracle.ts';
import type { Rules } from './rules.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario, ScenarioName } from './scenarios.ts';
import { createWorld } from './setup.ts';
import { act, enter } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Steps } from './steps.ts';
import { POOLS } from './stores/redis-state.ts';
import { checkEnd, checkRestored } from './verdict.ts';
import type { Violation, World } from './world.ts';
import { note } from './world.ts';

export interface HistoryCall {
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly rules: Rules;
  readonly isTraced: boolean;
}

export interface History {
  readonly violation: Violation | null;
  readonly steps: number;
  readonly trace: readonly string[];
}

const STEPS_MAX = 300;
const FAULT_SHARE = 0.035;
const LATE_SHARE = 0.06;

/** Evenly mixed, or one after the other: both find what the other does not. */
const BURSTS = [0, 0.5, 0.85];

/** One history: the same call always tells the same story. */
export function runHistory(call: HistoryCall): History {
  const scenario: Scenario = SCENARIOS[call.scenario];
  const world = createWorld(scenario, call);
  const stage: Stage = {
    world,
    network: { late: [] },
    actors: [],
    systemCount: 0,
    systemShare: scenario.systemShare,
    burst: BURSTS[world.random.below(BURSTS.length)]!,
    last: null,
    pasts: { redis: [], mysql: [] },
  };
  enterSystem(stage, scenario);
  enterOperators(stage, scenario);
  for (const request of world.oracle.requests) enterRequest(stage, scenario, request);
  const steps = play(stage, scenario);
  if (world.violation === null) {
    heal(stage);
    if (!wasRestored(world)) checkEnd(world);
    else checkRestored(world);
  }
  return { violation: world.violation, steps, trace: world.trace ?? [] };
}

function play(stage: Stage, scenario: Scenario): number {
  const { world, network, actors } = stage;
  let faultsLeft = scenario.faultsMax;
  let steps = 0;
  while (steps < STEPS_MAX && world.violation === null) {
    if (actors.every((actor) => actor.role === 'system')) break;
    steps += 1;
    world.time += 1;
    keepPast(stage, scenario);
    if (faultsLeft > 0 && isFaultTime(world, scenario)) {
      faultsLeft -= 1;
      injectFault(stage, scenario);
    } else if (network.late.length > 0 && world.random.chance(LATE_SHARE)) {
      deliverLate(world, network);
    } else {
      act(stage, scenario.messages);
    }
    checkStep(world);
  }
  return steps;
}

function isFaultTime({ random, redis }: World, { isFaultAfterNo }: Scenario): boolean {
  if (!isFaultAfterNo) return random.chance(FAULT_SHARE);
  const codes = [...redis.data.records.values()].map(({ code }) => code);
  return codes.includes('no') && random.chance(2 * FAULT_SHARE);
}

function enterSystem(stage: Stage, { systemActors }: Scenario): void {
  const { world } = stage;
  const enterMany = (
    name: string,
    count: number,
    start: (world: World) => Steps<unknown>,
  ): void => {
    for (let number = 1; number <= count; number += 1) {
      enter(stage, {
        name: `${name} ${number}`,
        role: 'system',
        pausedUntil: 0,
        steps: start(world),
        restart: () => start(world),
      });
    }
  };
  enterMany('worker', systemActors.workers, runWorker);
  enterMany('coordinator', systemActors.coordinators, runCoordinator);
  enterMany('reconciler', systemActors.reconcilers, runReconciler);
  stage.systemCount = stage.actors.length;
}

const OPERATOR_TICKS_MAX = 250;

function enterOperators(stage: Stage, { topUps, closes }: Scenario): void {
  const { world } = stage;
  const { random } = world;
  const enterOperator = (name: string, steps: Steps<void>): void => {
    enter(stage, { name, role: 'operator', pausedUntil: random.below(OPERATOR_TICKS_MAX), steps });
  };
  for (let count = 0; count < topUps; count += 1) {
    const grant = { pool: random.below(POOLS), quantity: random.between(1, 4) };
    enterOperator(`top-up ${count}`, runTopUp(world, grant));
  }
  for (let count = 0; count < closes; count += 1) {
    const pool = random.below(POOLS);
    const quantity = random.between(1, 4);
    enterOperator(`close ${count}`, runClose(world, pool, 6));
    enterOperator(`open ${count}`, runOpen(world, { pool, quantity }));
  }
}

/** Rivals for one request come close together. */
const RIVAL_TICKS_MAX = 25;
const LATER_TICKS_MAX = 220;
const RIVALS_LATER_MAX = 2;

/** The processes that work on a request, and those that come later because nobody knows the answer. */
function enterRequest(stage: Stage, scenario: Scenario, request: Request): void {
  const { random } = stage.world;
  let laterLeft = RIVALS_LATER_MAX;
  function enterClient(isFresh: boolean, delay: number): void {
    const { world } = stage;
    const plan = {
      isFresh,
      patience: random.between(4, 12),
      direct: random.chance(0.5) ? 0 : scenario.direct * 2,
      cancel: 0.15,
      knownGeneration: random.chance(0.8) ? (world.redis.data.meta?.generation ?? 0) : 0,
    };
    const name = `client of ${request.id}${isFresh ? ' (fresh)' : ''}`;
    enter(stage, {
      name,
      role: 'client',
      pausedUntil: world.time + delay,
      steps: runClient(world, request, plan),
      ended: (answer) => {
        note(world, `${name} ends with ${String(answer)}`);
        if (answer === 'SOLD' || answer === 'NO') tell(world, request, answer);
        const isOpen = answer === 'UNKNOWN' || answer === undefined;
        const mayAsk = request.isShared || answer === 'SOLD';
        const isRetried = isOpen || (mayAsk && random.chance(0.3));
        if (!isRetried || laterLeft === 0) return;
        laterLeft -= 1;
        enterClient(false, random.below(LATER_TICKS_MAX));
      },
    });
  }
  const rivals = request.isShared ? random.between(1, scenario.rivalsMax) : 1;
  const arrival = random.below(scenario.arrivalTicksMax);
  for (let count = 0; count < rivals; count += 1) {
    enterClient(!request.isShared, arrival + random.below(RIVAL_TICKS_MAX));
  }
}
