import { assert } from '../../lib/assert.ts';

/** Request ids and buyers of a run: made from numbers, and read back from what the stores have. */
export interface LoadIds {
  readonly request: (request: number) => string;
  /** The number of a request id of this run; undefined for anybody else's. */
  readonly requestNumber: (requestId: string) => number | undefined;
  readonly buyer: (buyer: number) => string;
}

const DIGITS = 8;

/**
 * Ids begin with the run and go on in the order of starts, so that the unique index of the ledger
 * grows at its right edge.
 * @param run 1 to 40 characters `a-z 0-9 -`, which no other run has
 */
export function createIds(run: string): LoadIds {
  assert(/^[a-z0-9][a-z0-9-]{0,39}$/.test(run), 'a run is named in a-z, 0-9 and -');
  const prefix = `${run}-`;
  const length = prefix.length + DIGITS;
  return {
    request: (request) => prefix + request.toString(36).padStart(DIGITS, '0'),
    requestNumber: (requestId) => {
      if (requestId.length !== length || !requestId.startsWith(prefix)) return undefined;
      const digits = requestId.slice(prefix.length);
      return /^[0-9a-z]+$/.test(digits) ? Number.parseInt(digits, 36) : undefined;
    },
    buyer: (buyer) => `${prefix}b${buyer}`,
  };
}
