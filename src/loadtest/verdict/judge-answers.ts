import { FLAG, has, unresolvedAction } from '../history/flags.ts';
import type { History } from '../history/history.ts';
import { contradictedHolds } from './contradicted-holds.ts';
import { describeRequests } from './evidence.ts';
import type { Case } from './evidence.ts';
import { createOffenders, result } from './invariant.ts';
import type { InvariantResult } from './invariant.ts';

/** I4: all answers to one request id say the same, and only one of them is no replay. */
export function judgeDuplicates(subject: Case): InvariantResult {
  const { history, books } = subject;
  const mixedHolds = contradictedHolds(history, subject.settings.holds.holdMs);
  const offenders = createOffenders<number>();
  let duplicated = 0;
  const counts = { conflict: 0, contradicted: 0, counted_twice: 0 };
  const starts = startsOfRequests(history);
  history.requests.flags.forEach((flags, request) => {
    if ((starts[request] ?? 0) > 1) duplicated += 1;
    const problem = duplicateProblem(flags, {
      isMixedHold: mixedHolds.has(request),
      rows: books.postings[request] ?? 0,
    });
    if (problem === undefined) return;
    counts[problem] += 1;
    offenders.add(request);
  });
  return result('I4', offenders.count() === 0, {
    summary: `${duplicated} request ids were sent more than once; ${counts.contradicted} were answered in two ways, ${counts.counted_twice} counted twice, ${counts.conflict} called a conflict`,
    duplicated,
    ...counts,
    offenders: describeRequests(subject, offenders.first()),
  });
}

function duplicateProblem(
  flags: number,
  { isMixedHold, rows }: { readonly isMixedHold: boolean; readonly rows: number },
): 'conflict' | 'contradicted' | 'counted_twice' | undefined {
  if (has(flags, FLAG.conflict)) return 'conflict';
  if (has(flags, FLAG.soldTwice) || rows > 1) return 'counted_twice';
  const isMixedOrder = !has(flags, FLAG.hold) && has(flags, FLAG.sold) && has(flags, FLAG.refused);
  const isSoldAndCancelled = has(flags, FLAG.sold) && has(flags, FLAG.cancelled);
  return isMixedOrder || isSoldAndCancelled || isMixedHold ? 'contradicted' : undefined;
}

/** I10: no request is left of which nobody knows what became of it. */
export function judgeUnknown(subject: Case): InvariantResult {
  const { history } = subject;
  const offenders = createOffenders<number>();
  let unknown = 0;
  history.requests.flags.forEach((flags, request) => {
    if (has(flags, FLAG.unknown | FLAG.confirmUnknown | FLAG.cancelUnknown)) unknown += 1;
    if (unresolvedAction(flags) !== undefined) offenders.add(request);
  });
  return result('I10', offenders.count() === 0, {
    summary: `${unknown} requests had an unknown answer, ${unknown - offenders.count()} of them were resolved`,
    unknown,
    unresolved: offenders.count(),
    offenders: describeRequests(subject, offenders.first()),
  });
}

function startsOfRequests(history: History): Uint32Array {
  const starts = new Uint32Array(history.requests.flags.length);
  for (let row = 0; row < history.size; row += 1) {
    const request = history.invocations.request[row] ?? 0;
    starts[request] = (starts[request] ?? 0) + 1;
  }
  return starts;
}
