import type { Rules } from './rules.ts';
import { runHistory } from './run.ts';
import type { ScenarioName } from './scenarios.ts';
import type { Violation } from './world.ts';

export interface SearchCall {
  readonly scenario: ScenarioName;
  readonly seeds: number;
  readonly rules: Rules;
  /** Only this violation counts. */
  readonly code?: string;
}

export interface Found {
  readonly seed: number;
  readonly violation: Violation;
}

/** The smallest seed whose history breaks a promise. */
export function findViolation({ scenario, seeds, rules, code }: SearchCall): Found | null {
  for (let seed = 0; seed < seeds; seed += 1) {
    const { violation } = runHistory({ scenario, seed, rules, isTraced: false });
    const isWanted = violation !== null && (code === undefined || violation.code === code);
    if (isWanted) return { seed, violation };
  }
  return null;
}

/** Scenario, seed and the whole story, to be read from the top. */
export function tellStory(scenario: ScenarioName, seed: number, rules: Rules): string {
  const { violation, trace } = runHistory({ scenario, seed, rules, isTraced: true });
  const end = violation === null ? 'no violation' : `${violation.code}: ${violation.detail}`;
  return [`${scenario}:${seed}  ${end}`, ...trace].join('\n');
}
