import { FLAG, has, mayBeSold } from '../history/flags.ts';
import { describeRequests, describeRow, sumOver } from './evidence.ts';
import type { Case } from './evidence.ts';
import { createOffenders, OFFENDERS_MAX, result } from './invariant.ts';
import type { InvariantResult } from './invariant.ts';

/** I3: each accepted request has one row with its units; nothing else has any. */
export function judgeSettlement(subject: Case): InvariantResult {
  const { history, books, facts } = subject;
  const offenders = createOffenders<number>();
  let warmUp = 0;
  const counts = { accepted: 0, lost: 0, double: 0, wrong_quantity: 0, never_accepted: 0 };
  history.requests.flags.forEach((flags, request) => {
    const rows = books.postings[request] ?? 0;
    const isWhole = books.units[request] === history.requests.quantity[request];
    const isSold = has(flags, FLAG.sold);
    if (isSold) counts.accepted += 1;
    if (isSold && has(flags, FLAG.warmUp)) warmUp += 1;
    const problem = settlementProblem({ rows, isWhole, isSold, flags });
    if (problem === undefined) return;
    counts[problem] += 1;
    offenders.add(request);
  });
  const strangers = books.foreign.count() + books.misplaced.count();
  return result('I3', offenders.count() === 0 && strangers === 0, {
    summary: `${counts.accepted} accepted${warmUp === 0 ? '' : ` (${warmUp} in the warm-up)`}, ${counts.lost} lost, ${counts.double} double, ${strangers + counts.never_accepted + counts.wrong_quantity} that should not be`,
    ...counts,
    warm_up: warmUp,
    foreign: books.foreign.count(),
    misplaced: books.misplaced.count(),
    offenders: [
      ...describeRequests(subject, offenders.first()),
      ...[...books.foreign.first(), ...books.misplaced.first()].map((row) =>
        describeRow(facts, row),
      ),
    ].slice(0, OFFENDERS_MAX),
  });
}

function settlementProblem(request: {
  readonly rows: number;
  readonly isWhole: boolean;
  readonly isSold: boolean;
  readonly flags: number;
}): 'lost' | 'double' | 'wrong_quantity' | 'never_accepted' | undefined {
  const { rows, isWhole, isSold, flags } = request;
  if (rows > 1) return 'double';
  if (isSold && rows === 0) return 'lost';
  if (rows === 0) return undefined;
  // What was refused is judged by I6, in its own words.
  if (!mayBeSold(flags)) return isGone(flags) ? undefined : 'never_accepted';
  return isWhole ? undefined : 'wrong_quantity';
}

/** I6: a request that ended with nothing has no row, and no hold outlives the run. */
export function judgeTraces(subject: Case): InvariantResult {
  const { history, books, facts } = subject;
  const offenders = createOffenders<number>();
  let ended = 0;
  history.requests.flags.forEach((flags, request) => {
    if (mayBeSold(flags) || !isGone(flags)) return;
    ended += 1;
    if ((books.postings[request] ?? 0) > 0) offenders.add(request);
  });
  const held = sumOver(facts.products, ({ gate }) => gate?.held ?? 0);
  return result('I6', offenders.count() === 0 && held === 0, {
    summary: `${ended} requests refused, cancelled or expired; ${offenders.count()} have rows in the ledger; ${held} units still held`,
    ended,
    booked: offenders.count(),
    held,
    offenders: describeRequests(subject, offenders.first()),
  });
}

/** Got nothing in the end, by an answer or by its deadline. */
function isGone(flags: number): boolean {
  return has(flags, FLAG.refused | FLAG.cancelled | FLAG.held | FLAG.decisionRefused);
}
