import type { Promised } from './history.ts';

/** What an exit code promises (docs of the command line); a signal promises as little as 75. */
export function promisedBy(code: number | string): Promised {
  if (typeof code === 'string') return 'unknown';
  switch (code) {
    case 0:
      return 'accepted';
    case 3:
    case 4:
    case 5:
      return 'refused';
    case 69:
      return 'not_executed';
    case 75:
    case 130:
    case 143:
      return 'unknown';
    default:
      return 'broken';
  }
}
