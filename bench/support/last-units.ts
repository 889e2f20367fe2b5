import { isBooked } from '../../src/domain/posting.ts';
import type { PostingOutcome } from '../../src/domain/posting.ts';
import { numbersOf } from './home.ts';
import type { BenchHome } from './home.ts';
import { check } from './result.ts';
import type { Check } from './result.ts';
import { newId } from './strategy-contestants.ts';
import type { StrategyContestant } from './strategy-contestants.ts';

const UNITS_LEFT = 20;
const REQUESTS = 40;

/**
 * More requests at once than there are units, each sent twice with one id: as many are booked as
 * there were units, and both copies of a request get one answer. Empties product 2 of the contestant.
 */
export async function lastUnits(
  { sql }: BenchHome,
  { name, strategy, draft }: StrategyContestant,
): Promise<readonly Check[]> {
  const [line] = draft(2, -1).lines;
  const productId = line?.productId ?? 0;
  const stock = (): Promise<Readonly<Record<string, number>>> =>
    numbersOf(
      sql,
      `SELECT (SELECT on_hand FROM stock WHERE product_id = ?) AS on_hand, COUNT(*) AS movements
         FROM movements WHERE product_id = ? AND quantity < 0`,
      [productId, productId],
    );
  const before = await stock();
  const post = async (quantity: number, id: string): Promise<PostingOutcome | undefined> =>
    (await strategy.post([draft(2, quantity, id)], { atomic: true, dryRun: false }))[0];
  await post(UNITS_LEFT - (before['on_hand'] ?? 0), newId());

  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      const id = newId();
      return Promise.all([post(-1, id), post(-1, id)]);
    }),
  );
  const booked = answers.filter((pair) => pair.some((answer) => answer && isBooked(answer)));
  const equal = booked.filter(([one, two]) => movementOf(one) === movementOf(two));
  const after = await stock();
  return [
    check(`${name}: last units on hand`, after['on_hand'], 0),
    check(`${name}: last units booked`, booked.length, UNITS_LEFT),
    check(`${name}: copies of a request that were answered alike`, equal.length, UNITS_LEFT),
    check(
      `${name}: movements of the last units`,
      (after['movements'] ?? 0) - (before['movements'] ?? 0) - 1,
      UNITS_LEFT,
    ),
  ];
}

function movementOf(outcome: PostingOutcome | undefined): number | undefined {
  return outcome && isBooked(outcome) ? outcome.posting.movements[0]?.id : undefined;
}
