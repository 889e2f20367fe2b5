import { InvError } from '../lib/errors.ts';
import type { ServerKind } from './options.ts';

export const STORE_NAMES: Record<ServerKind, string> = { mysql: 'MySQL', redis: 'Redis' };

export interface StartFailure {
  kind: ServerKind;
  why: string;
  /** The end of the server's own log. */
  lines: readonly string[];
  log: string;
}

/** The error for a private server that does not come up: the server's own words are the best advice there is. */
export function startFailed({ kind, why, lines, log }: StartFailure): InvError {
  const words = lines.map((line) => `\n    ${line}`).join('');
  return new InvError(
    'STORE_UNAVAILABLE',
    `the private ${STORE_NAMES[kind]} did not start: ${why}${words}`,
    { hint: `the whole log is ${log}`, facts: { store: kind, log_file: log, log_tail: lines } },
  );
}
