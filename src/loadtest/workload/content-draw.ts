import type { Arrival } from '../profile/arrivals.ts';
import { createRandom } from '../random/random.ts';
import type { TryContent } from './pending-starts.ts';
import { createQuantityDraw } from './quantities.ts';
import type { LoadSettings } from './settings.ts';
import { createProductDraw } from './skew.ts';
import { createTurns } from './turns.ts';

/**
 * What a buyer who has just arrived wants: each aspect from a stream of chance of its own.
 * @returns a function of the arrival and the request number that his order gets
 */
export function createContentDraw(
  settings: LoadSettings,
): (arrival: Arrival, request: number) => TryContent {
  const { seed, phases, buyers, products, holds } = settings;
  const product = createProductDraw(settings.skew, products, createRandom(seed, 'products'));
  const quantity = createQuantityDraw(settings.quantities, createRandom(seed, 'quantities'));
  const buyerInTurn = createTurns(buyers, createRandom(seed, 'turns'));
  const chanceOfBuyer = createRandom(seed, 'buyers');
  const chanceOfHold = createRandom(seed, 'holds');
  return ({ phase, ordinal }, request) => {
    const { isWarmUp = false, isEachBuyerOnce = false } = phases[phase] ?? {};
    const isHold = holds.share > 0 && chanceOfHold.unit() < holds.share;
    return {
      action: isHold ? 'hold' : 'order',
      request,
      chain: request,
      buyer: isEachBuyerOnce ? buyerInTurn(ordinal) : Math.floor(chanceOfBuyer.unit() * buyers),
      product: isWarmUp ? products : product(),
      quantity: quantity(),
      isWarmUp,
    };
  };
}
