import { InvError } from '../../lib/errors.ts';
import type { PoolChange } from '../../ports/pool-commands.ts';
import { refusalError } from '../stock/refusal.ts';
import { placeText } from './find-pool.ts';
import type { PoolPlace } from './find-pool.ts';

type RefusedChange = Exclude<PoolChange, { readonly status: 'done' }>;

/** Why the books do not change a pool, as the error that the user and the script see. */
export function poolRefusal(
  change: RefusedChange,
  place: PoolPlace,
  { requestId, wanted }: { readonly requestId: string; readonly wanted: number },
): InvError {
  const { sku, location } = place;
  const facts = { request_id: requestId, sku, location };
  switch (change.status) {
    case 'insufficient': {
      const { onHand, reserved } = change;
      const shortages = [{ sku, location, wanted, onHand, reserved }];
      return refusalError({ status: 'insufficient', shortages }, requestId);
    }
    case 'archived':
      return refusalError(change, requestId);
    case 'conflict':
      return new InvError(
        'REQUEST_CONFLICT',
        `request id ${requestId} was used before, with other content; nothing was changed`,
        { hint: 'use another request id, or none', facts },
      );
    case 'not_quarantined':
      return new InvError(
        'REFUSED',
        `${placeText(place)}: ${String(wanted)} wanted, ${String(change.quarantine)} in quarantine`,
        { hint: `inv pool show ${sku}`, facts: { ...facts, quarantine: change.quarantine } },
      );
    case 'already_open':
      return new InvError(
        'ALREADY_EXISTS',
        `${placeText(place)} has a pool already, and it is not closed`,
        { hint: `inv pool top-up ${sku} QUANTITY${at(location)}`, facts },
      );
    case 'not_open':
      return new InvError('POOL_CLOSED', `${placeText(place)} has no open pool`, {
        hint: `inv pool open ${sku} QUANTITY${at(location)}`,
        facts,
      });
    case 'frozen':
      return new InvError(
        'REFUSED',
        `the pools of ${placeText(place)} are frozen: Redis and MySQL contradict each other`,
        { hint: 'inv worker status', facts },
      );
  }
}

function at(location: string): string {
  return location === 'MAIN' ? '' : ` --location ${location}`;
}
