import { InvError } from '../../../lib/errors.ts';
import { parseMoved } from '../cluster/moved.ts';
import { translateRedis } from '../errors.ts';

/** The server does not have the function that was called: nothing was executed. */
export class FunctionMissing extends Error {
  override readonly name = 'FunctionMissing';
}

/** Words with which a server refuses a call as a whole, before it runs. */
const REFUSED =
  /^(OOM|MISCONF|LOADING|READONLY|MASTERDOWN|BUSY|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|ASK|NOAUTH|NOPERM|WRONGPASS)\b/;
const NO_FUNCTIONS = /^ERR unknown command .?(FCALL|FUNCTION)/i;
/** A bug of ours, found before anything was written. */
const OWN_COMPLAINT = /^ERR (inv_pool:|wrong number of arguments|syntax error)/;

/** What an error that the server sent as its reply means for the caller. */
export function replyError(error: Error, label: string): unknown {
  const { message } = error;
  if (/^ERR Function not found/i.test(message)) return new FunctionMissing(message);
  if (NO_FUNCTIONS.test(message)) {
    return new InvError('BAD_CONFIGURATION', `Redis at ${label} is too old for pools`, {
      hint: 'use Redis 7.0 or newer, or Valkey',
      facts: { store: 'redis' },
    });
  }
  const moved = parseMoved(message);
  if (moved !== undefined) return moved;
  if (REFUSED.test(message)) return refusal(error, label);
  if (OWN_COMPLAINT.test(message)) return error;
  // A script that stops in the middle keeps what it has written by then.
  const word = /^[A-Z]+/.exec(message)?.[0] ?? 'ERR';
  return new InvError('OUTCOME_UNKNOWN', `Redis at ${label} broke a call off (${word})`, {
    hint: 'inv reconcile',
    facts: { store: 'redis', reply: word },
  });
}

function refusal(error: Error, label: string): unknown {
  const translated = translateRedis(error, label);
  if (translated instanceof InvError) return translated;
  const word = /^\w+/.exec(error.message)?.[0] ?? '';
  return new InvError('STORE_UNAVAILABLE', `Redis at ${label} cannot serve (${word})`, {
    hint: 'inv doctor',
    facts: { store: 'redis' },
  });
}

/** The reply did not come: whether the call was executed is not known. */
export function lostReply(isLate: boolean, label: string): InvError {
  const why = isLate ? 'no answer in time' : 'connection lost';
  return new InvError('OUTCOME_UNKNOWN', `the answer of Redis at ${label} was lost (${why})`, {
    facts: { store: 'redis' },
  });
}
