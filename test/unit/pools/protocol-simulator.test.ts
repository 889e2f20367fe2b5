import { describe, expect, it } from 'vitest';
import { PROTOCOL, protocolWithout } from '../../simulation/rules.ts';
import type { Rules } from '../../simulation/rules.ts';
import { runHistory } from '../../simulation/run.ts';
import { SCENARIOS } from '../../simulation/scenarios.ts';
import type { ScenarioName } from '../../simulation/scenarios.ts';

/**
 * The protocol of docs/pools.md as a simulation: every seed is one history of clients, workers,
 * coordinators and operators under faults. `INV_SIMULATION_SEEDS=100000` runs more of them, and
 * `INV_SIMULATION_SEED=crowd:611` tells one.
 */
const NAMES = Object.keys(SCENARIOS).filter(isScenario);
const SEEDS = Number(process.env['INV_SIMULATION_SEEDS'] ?? 20_000);
const LIMIT_MS = 120_000 + SEEDS * 20;

describe('the pool protocol', () => {
  it.each(NAMES)(
    'keeps every promise in the scenario %s',
    (scenario) => {
      const count = Math.ceil(SEEDS / NAMES.length);
      expect(firstViolation({ scenario, rules: PROTOCOL, from: 0, count })).toBeNull();
    },
    LIMIT_MS,
  );

  it.skipIf(process.env['INV_SIMULATION_SEED'] === undefined)('tells one history', () => {
    const [name = '', seed = '0'] = (process.env['INV_SIMULATION_SEED'] ?? '').split(':');
    if (!isScenario(name)) throw new Error(`scenarios: ${NAMES.join(', ')}`);
    expect(told({ scenario: name, seed: Number(seed), rules: PROTOCOL })).toBeNull();
  });
});

/** Where leaving a rule out was found to do harm: the scenario, and a seed at or before which it shows. */
const NEEDED: readonly (readonly [keyof Rules, ScenarioName, number])[] = [
  ['fenceToken', 'holds', 2],
  ['fenceGeneration', 'clock', 1952],
  ['settleOnVersion', 'xtrim', 440],
  ['bookingRaisesVersion', 'xtrim', 440],
  ['positionFollowsStream', 'clock', 31],
  ['positionRises', 'churn', 63],
  ['identityInScripts', 'corrupt', 6],
  ['repairFromProof', 'corrupt', 5],
  ['repairFromNewestEvent', 'corrupt', 173],
  ['createOncePerEpoch', 'empty', 2],
  ['loadPurgesHolds', 'holds', 11],
  ['createPurgesHolds', 'holds', 84],
  ['oldEpochsAreOver', 'clock', 43],
  ['beginCloses', 'rollback', 6],
  ['controlCarriesBegin', 'crowd', 134],
  ['lossIsRemembered', 'empty', 74],
  ['closedPoolsAreChecked', 'holds', 18],
  ['quarantine', 'empty', 74],
  ['recoveryNoticesRestore', 'calm-restore', 8],
  ['settlementNoticesRestore', 'mysql-restore', 564],
  ['tailFromOneRead', 'quiet', 0],
  ['attributeByRecord', 'corrupt', 20],
  ['tailFromRecords', 'corrupt', 1748],
  ['returnAttribution', 'xtrim', 92],
  ['duplicatesGiveBack', 'quiet', 0],
  ['lookupFirst', 'rollback', 0],
  ['noIsRecorded', 'quiet', 28],
  ['noIsRenewed', 'holds', 2394],
  ['noOutlivesBudget', 'rollback', 466],
  ['lateIsRefused', 'quiet', 515],
];

describe('without one of its rules', () => {
  it.each(NEEDED)(
    '%s, the simulator finds the harm (%s, seed %i)',
    (rule, scenario, seed) => {
      const { violation } = runHistory({
        scenario,
        seed,
        rules: protocolWithout(rule),
        isTraced: false,
      });
      expect(violation).not.toBeNull();
      expect(firstViolation({ scenario, rules: PROTOCOL, from: seed, count: 1 })).toBeNull();
    },
    LIMIT_MS,
  );
});

interface Run {
  readonly scenario: ScenarioName;
  readonly rules: Rules;
  readonly from: number;
  readonly count: number;
}

/** The first history that breaks a promise, with its trace; null when none does. */
function firstViolation({ scenario, rules, from, count }: Run): string | null {
  for (let seed = from; seed < from + count; seed += 1) {
    const { violation } = runHistory({ scenario, seed, rules, isTraced: false });
    if (violation !== null) return told({ scenario, seed, rules });
  }
  return null;
}

function told(call: {
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly rules: Rules;
}): string | null {
  const { violation, trace } = runHistory({ ...call, isTraced: true });
  if (violation === null) return null;
  return [`${call.scenario}:${String(call.seed)}`, ...trace, JSON.stringify(violation)].join('\n');
}

function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}
