import { InvError } from '../lib/errors.ts';
import type { ServerKind } from './options.ts';
import { STORE_NAMES } from './start-failed.ts';

/** The error for a private server that runs and says nothing: stopped by a signal, or stuck. */
export function notAnswering({
  kind,
  pid,
  socket,
  log,
}: {
  readonly kind: ServerKind;
  readonly pid: number;
  readonly socket: string;
  readonly log: string;
}): InvError {
  return new InvError(
    'STORE_UNAVAILABLE',
    `the private ${STORE_NAMES[kind]} runs (process ${pid}) and does not answer on ${socket}`,
    {
      hint: `inv local stop, which kills what does not stop by itself and loses nothing that was acknowledged (the log is ${log})`,
      facts: { store: kind, pid, socket, log_file: log },
    },
  );
}
