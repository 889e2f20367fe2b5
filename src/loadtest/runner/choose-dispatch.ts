import { FLAG, has } from '../history/flags.ts';
import { flagsOf, writeRequest } from '../history/history.ts';
import type { History } from '../history/history.ts';
import type { PlannedStart } from '../workload/planned-start.ts';
import type { Dispatch } from './dispatcher.ts';

/**
 * Decides what a planned start is, now that earlier answers are known: its moment is planned, whether
 * it is needed is not. A retry is skipped when its buyer has got something or still waits for an answer,
 * repeats the earlier request id when that answer was lost, and is a new request after a refusal, whose
 * NO is for ever.
 */
export interface DispatchChooser {
  /** @returns undefined when the start is not needed */
  readonly choose: (start: PlannedStart) => Dispatch | undefined;
}

export function createDispatchChooser(history: History, expectedRequests: number): DispatchChooser {
  /** Under which request each one goes, plus one; 0 = it has not come up yet. */
  let sentAs = new Uint32Array(Math.max(1_024, Math.ceil(expectedRequests * 1.1)));

  function remember(request: number, as: number): void {
    if (request >= sentAs.length) {
      const larger = new Uint32Array(Math.max(request + 1, sentAs.length * 2));
      larger.set(sentAs);
      sentAs = larger;
    }
    sentAs[request] = as + 1;
  }

  function asNew(start: PlannedStart): Dispatch {
    remember(start.request, start.request);
    writeRequest(history, start);
    return dispatchOf(start, start.request, !start.isShared);
  }

  function retry(start: PlannedStart, earlier: number): Dispatch | undefined {
    const as = (sentAs[earlier] ?? 0) - 1;
    const flags = as < 0 ? 0 : flagsOf(history, as);
    if (!has(flags, FLAG.sent) || has(flags, FLAG.refused)) return asNew(start);
    remember(start.request, as);
    if (!has(flags, FLAG.unknown | FLAG.error)) return undefined;
    if (has(flags, FLAG.sold | FLAG.held | FLAG.cancelled | FLAG.conflict)) return undefined;
    return dispatchOf(start, as, false);
  }

  return {
    choose: (start) => {
      const { kind, request, earlier } = start;
      switch (kind) {
        case 'first':
        case 'again':
          return asNew(start);
        case 'retry':
          return retry(start, earlier ?? request);
        case 'double':
          return sentAs[request] === request + 1 ? dispatchOf(start, request, false) : undefined;
        case 'confirm':
        case 'cancel': {
          const isHeld = has(flagsOf(history, request), FLAG.held);
          const isOwn = sentAs[request] === request + 1;
          return isOwn && isHeld ? dispatchOf(start, request, false) : undefined;
        }
      }
    },
  };
}

function dispatchOf(start: PlannedStart, request: number, isFresh: boolean): Dispatch {
  const { atMs, isWarmUp, kind, action } = start;
  return { atMs, isWarmUp, kind, action, request, isFresh };
}
