import type { LoadAction } from '../../ports/load-target.ts';

/**
 * Why a start is in the plan. `first`: a buyer comes. `again`: he orders once more. `retry`: he tries
 * again if he got nothing. `double`: he clicks twice, which is the same request. The others decide a hold.
 */
export const START_KINDS = ['first', 'again', 'retry', 'double', 'confirm', 'cancel'] as const;
export type StartKind = (typeof START_KINDS)[number];

export interface PlannedStart {
  /** Milliseconds from the start of the schedule. */
  readonly atMs: number;
  readonly kind: StartKind;
  readonly action: LoadAction;
  /** Number of its request, from 0; a double, confirm or cancel has that of the order it is about. */
  readonly request: number;
  /** Of a retry: the request it tries again. */
  readonly earlier: number | null;
  /** What belongs together, and so to one generator: the request of its buyer's first start. */
  readonly chain: number;
  readonly buyer: number;
  readonly product: number;
  readonly quantity: number;
  /** The plan has another start that asks for the same, under the same request id. */
  readonly isShared: boolean;
  readonly isWarmUp: boolean;
}

/** Tells whether two plans are one: any other start, order or moment gives another hash. */
export interface PlanHash {
  readonly take: (start: PlannedStart) => void;
  /** 16 hexadecimal digits of what was taken so far. */
  readonly hex: () => string;
}

export function createPlanHash(): PlanHash {
  const moment = new Float64Array(1);
  const words = new Uint32Array(moment.buffer);
  let first = 0x811c9dc5;
  let second = 0x9747b28c;

  function mix(word: number): void {
    first = Math.imul(first ^ word, 0x01000193);
    second = (Math.imul(second ^ word ^ (second >>> 15), 0x85ebca6b) + 0x9e3779b9) | 0;
  }

  return {
    take: (start) => {
      moment[0] = start.atMs;
      mix(words[0] ?? 0);
      mix(words[1] ?? 0);
      mix(START_KINDS.indexOf(start.kind) * 2 + (start.action === 'hold' ? 1 : 0));
      mix(start.request);
      mix(start.buyer);
      mix(start.product);
      mix(start.quantity);
    },
    hex: () => hexOf(first) + hexOf(second),
  };
}

function hexOf(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
