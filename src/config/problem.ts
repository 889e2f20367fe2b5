import { InvError } from '../lib/errors.ts';
import type { SettingPath } from './schema.ts';

/** One thing that is wrong with the configuration. It never carries the value of a secret. */
export interface Problem {
  /** Where to mend it: a file (with line, if known), a variable or a flag. */
  readonly location: string;
  readonly message: string;
  readonly setting?: SettingPath;
}

/** All problems as one error, so that nobody has to mend and rerun them one by one. */
export function badConfiguration(problems: readonly Problem[], hint?: string): InvError {
  const lines = problems.map((problem) => `${problem.location}: ${problem.message}`);
  const message =
    lines.length === 1
      ? lines.join('')
      : `${String(lines.length)} problems in the configuration:\n  ${lines.join('\n  ')}`;
  return new InvError('BAD_CONFIGURATION', message, {
    hint: hint ?? 'Every setting is explained by: inv help environment',
    facts: { problems: problems.map((problem) => ({ ...problem })) },
  });
}
