import { byRequest } from './history.ts';
import { readBooked } from './judge.ts';
import type { Stall } from './stall.ts';

/** Units that were acknowledged as sold, and are in no book once everything is settled. */
export async function lostUnits(stall: Stall): Promise<number> {
  await stall.settle();
  const booked = await readBooked(stall.database);
  return [...byRequest(stall.history)].reduce((sum, [requestId, asked]) => {
    const sold = asked.find(({ promised }) => promised === 'accepted');
    return sold === undefined || booked.has(requestId) ? sum : sum + sold.quantity;
  }, 0);
}
