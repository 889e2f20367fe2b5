import { describe, expect, it } from 'vitest';
import { MUTATIONS } from '../../simulation/mutations.ts';
import { PROTOCOL, protocolWithout } from '../../simulation/rules.ts';
import { runHistory } from '../../simulation/run.ts';
import { SCENARIOS } from '../../simulation/scenarios.ts';
import type { ScenarioName } from '../../simulation/scenarios.ts';
import { findViolation, tellStory } from '../../simulation/search.ts';

/** INV_SIMULATION_SEEDS=1000000 for a long night; shared out among the scenarios. */
const SEEDS = Number(process.env['INV_SIMULATION_SEEDS'] ?? 20_000);

/** INV_SIMULATION_SEED=crowd:611 tells one history from beginning to end. */
const REPLAYED = process.env['INV_SIMULATION_SEED'];

const names = Object.keys(SCENARIOS).filter(isScenario);
const seedsEach = Math.ceil(SEEDS / names.length);
const TIMEOUT_MS = 60_000 + SEEDS * 10;

function isScenario(name: string): name is ScenarioName {
  return name in SCENARIOS;
}

describe.runIf(REPLAYED === undefined)('the pool protocol', () => {
  it.each(names)(
    'keeps its promises in every history of the scenario %s',
    (scenario) => {
      const found = findViolation({ scenario, seeds: seedsEach, rules: PROTOCOL });
      if (found !== null) throw new Error(tellStory(scenario, found.seed, PROTOCOL));
      expect(found).toBeNull();
    },
    TIMEOUT_MS,
  );

  it('tells the same story for the same seed, with and without a trace', () => {
    const call = { scenario: 'churn', seed: 7, rules: PROTOCOL } as const;
    const told = runHistory({ ...call, isTraced: true });
    expect(runHistory({ ...call, isTraced: true })).toEqual(told);
    expect(runHistory({ ...call, isTraced: false })).toEqual({ ...told, trace: [] });
    expect(told.trace.length).toBeGreaterThan(told.steps / 2);
  });
});

describe.runIf(REPLAYED === undefined)('every rule is needed', () => {
  it.for(MUTATIONS)(
    'without $off the simulator finds a violation in $scenario',
    { timeout: TIMEOUT_MS },
    async ({ off, scenario, seedsMax, code }, { annotate }) => {
      const rules = protocolWithout(...off);
      const wanted = code === undefined ? {} : { code };
      const found = findViolation({ scenario, seeds: seedsMax, rules, ...wanted });
      expect(found, `nothing in ${scenario}:0 to ${seedsMax - 1}`).not.toBeNull();
      await annotate(`smallest seed ${scenario}:${found?.seed}, ${found?.violation.code}`);
    },
  );
});

describe.runIf(REPLAYED !== undefined)('one history', () => {
  it(`is told: ${REPLAYED}`, () => {
    const [name = '', seed = ''] = (REPLAYED ?? '').split(':');
    if (!isScenario(name)) throw new Error(`No scenario ${name}. There are: ${names.join(', ')}`);
    const story = tellStory(name, Number(seed), PROTOCOL);
    console.log(story);
    expect(story).toContain('no violation');
  });
});
