import { InvError } from '../../../lib/errors.ts';

/** Names a run; `inv loadtest clean` removes what a killed one has left. */
export function runName(id: string): string {
  return `lt-b${id.replaceAll('-', '').slice(-12)}`;
}

export function noDryRun(command: string): InvError {
  return new InvError('USAGE', 'a bench measures what it does, so there is no --dry-run of it', {
    hint: `${command} --requests 100 --rounds 1`,
  });
}
