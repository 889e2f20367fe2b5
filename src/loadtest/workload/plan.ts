import { createArrivals } from '../profile/arrivals.ts';
import { durationOf } from '../profile/phase.ts';
import { createRandom } from '../random/random.ts';
import { createContentDraw } from './content-draw.ts';
import { createFollowUps, FOLLOW_UP_KINDS } from './follow-ups.ts';
import { createPendingStarts } from './pending-starts.ts';
import type { PendingStart, TryContent } from './pending-starts.ts';
import type { PlannedStart } from './planned-start.ts';
import type { LoadSettings } from './settings.ts';

/** The starts of a run in the order of their times, drawn one by one as they are asked for. */
export interface Plan {
  readonly next: () => PlannedStart | undefined;
}

interface Attempt {
  readonly atMs: number;
  readonly kind: 'first' | 'again' | 'retry';
  readonly earlier: number | null;
  readonly retries: number;
}

/**
 * Buyers arrive by the profile; what each does later waits in a heap until it is due. Nothing here
 * depends on any answer, so the plan is a function of the settings; memory holds what is pending only.
 */
export function createPlan(settings: LoadSettings): Plan {
  const { phases, seed } = settings;
  const endsAtMs = durationOf(phases);
  const arrivals = createArrivals(phases, {
    kind: settings.arrivals,
    random: createRandom(seed, 'arrivals'),
  });
  const contentOf = createContentDraw(settings);
  const followUpsOf = createFollowUps(settings, createRandom(seed, 'follow-ups'));
  const pending = createPendingStarts();
  let arrival = arrivals();
  let requests = 0;

  /** Plans what follows a try. @returns whether its request is sent twice, come what may */
  function planFollowUps(parent: TryContent, { kind, atMs, retries }: Attempt): boolean {
    const isHold = parent.action === 'hold';
    const pauses = followUpsOf({ kind, isHold, retries });
    let isShared = false;
    for (let index = 0; index < pauses.length; index += 1) {
      const pauseMs = pauses[index] ?? Number.NaN;
      const followUp = FOLLOW_UP_KINDS[index] ?? 'double';
      const isDecision = followUp === 'confirm' || followUp === 'cancel';
      // Whoever would come back after the end of the profile stays away; holds are still decided.
      if (Number.isNaN(pauseMs) || (!isDecision && atMs + pauseMs >= endsAtMs)) continue;
      const retriesThen = followUp === 'retry' ? retries + 1 : 0;
      pending.push({ atMs: atMs + pauseMs, kind: followUp, parent, retries: retriesThen });
      isShared ||= followUp === 'double';
    }
    return isShared;
  }

  /** A try: it has a request id of its own. */
  function startTry(content: TryContent, attempt: Attempt): PlannedStart {
    requests += 1;
    const isShared = planFollowUps(content, attempt);
    const { atMs, kind, earlier } = attempt;
    return planned(content, { atMs, kind, action: content.action, earlier, isShared });
  }

  function startOfPending({ atMs, kind, parent, retries }: PendingStart): PlannedStart {
    const { action } = parent;
    switch (kind) {
      case 'double':
        return planned(parent, { atMs, kind, action, earlier: null, isShared: true });
      case 'confirm':
      case 'cancel':
        return planned(parent, { atMs, kind, action: kind, earlier: null, isShared: true });
      case 'again':
        return startTry(renumbered(parent, requests), { atMs, kind, earlier: null, retries });
      case 'retry': {
        const earlier = parent.request;
        return startTry(renumbered(parent, requests), { atMs, kind, earlier, retries });
      }
    }
  }

  return {
    next: () => {
      if (pending.nextMs() < (arrival?.atMs ?? Infinity)) {
        const due = pending.pop();
        return due === undefined ? undefined : startOfPending(due);
      }
      if (arrival === undefined) return undefined;
      const { atMs } = arrival;
      const content = contentOf(arrival, requests);
      arrival = arrivals();
      return startTry(content, { atMs, kind: 'first', earlier: null, retries: 0 });
    },
  };
}

// Field by field: spread makes starts ten times as slow to draw, in a place where a pause is a late start.

function renumbered(content: TryContent, request: number): TryContent {
  const { action, chain, buyer, product, quantity, isWarmUp } = content;
  return { action, request, chain, buyer, product, quantity, isWarmUp };
}

function planned(
  { request, chain, buyer, product, quantity, isWarmUp }: TryContent,
  own: Pick<PlannedStart, 'atMs' | 'kind' | 'action' | 'earlier' | 'isShared'>,
): PlannedStart {
  return {
    atMs: own.atMs,
    kind: own.kind,
    action: own.action,
    request,
    earlier: own.earlier,
    chain,
    buyer,
    product,
    quantity,
    isShared: own.isShared,
    isWarmUp,
  };
}
