import { InvError } from '../lib/errors.ts';

/** The error for work that the user ended. A reason that is an InvError already says more. */
export function interrupted(signal: AbortSignal): InvError {
  const reason: unknown = signal.reason;
  if (reason instanceof InvError) return reason;
  return new InvError('INTERRUPTED', 'interrupted; the private servers were left as they were', {
    cause: reason,
  });
}
