import { InvError } from '../../lib/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BenchRequest } from '../contestant.ts';
import { fight } from '../fight.ts';
import type { Bout } from '../fight.ts';
import { latencyOf, spreadOf } from '../latency.ts';
import type { LatencySummary, Spread } from '../latency.ts';
import type { LuaVariant } from './variant.ts';

export interface LuaSettings {
  readonly rounds: number;
  /** Requests in flight at the same time. */
  readonly writers: number;
  readonly durationMs: number;
  readonly requestsMax: number;
}

export interface LuaRun {
  readonly variants: readonly LuaVariant[];
  readonly settings: LuaSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** CPU used so far, in milliseconds. */
  readonly cpuMs: () => { readonly client: number; readonly redis: number | null };
  readonly onBout: (done: number) => void;
}

export interface VariantSummary {
  readonly name: string;
  readonly isUnsafe: boolean;
  readonly attempted: number;
  readonly accepted: number;
  /** Accepted requests a second. */
  readonly throughput: Spread;
  readonly latencyMs: LatencySummary;
  readonly cpuMs: { readonly client: number; readonly redis: number | null };
  /** Units by which the store differs from what callers were told, or promised beyond what there was. */
  readonly wrong: number;
}

/** Plenty, so that the bare command finds something in every timed bout. */
const STOCK = 1_000_000_000;
const LAST_UNITS = 40;
const LAST_UNITS_REQUESTS = 200;
const WARM_UP_MS = 300;

interface MeasuredBout {
  readonly bout: Bout;
  readonly isTimed: boolean;
  readonly wrong: number;
  readonly cpuMs: ReturnType<LuaRun['cpuMs']>;
}

/**
 * Plays every variant once a round, in turn, and counts what is left; each round has a bout for the
 * last units. One round more comes first, to warm up.
 * @throws InvError INTERRUPTED when the signal comes
 */
export async function runLua(run: LuaRun): Promise<readonly VariantSummary[]> {
  const { variants, settings, onBout } = run;
  const bouts = new Map<LuaVariant, MeasuredBout[]>(variants.map((variant) => [variant, []]));
  const { durationMs, requestsMax } = settings;
  let done = 0;
  for (let round = 0; round <= settings.rounds; round += 1) {
    const timed = {
      ...{ stock: STOCK, requestsMax, isTimed: round > 0 },
      durationMs: round > 0 ? durationMs : Math.min(durationMs, WARM_UP_MS),
    };
    const last = {
      ...{ stock: LAST_UNITS, requestsMax: LAST_UNITS_REQUESTS, durationMs: Infinity },
      isTimed: false,
    };
    for (const variant of variants) {
      for (const plan of [timed, last]) {
        bouts.get(variant)?.push(await play(run, variant, plan));
        done += 1;
        onBout(done);
      }
    }
  }
  return variants.map((variant) => summarise(variant, bouts.get(variant) ?? []));
}

async function play(
  { settings, clock, signal, cpuMs }: LuaRun,
  variant: LuaVariant,
  plan: {
    readonly stock: number;
    readonly requestsMax: number;
    readonly durationMs: number;
    readonly isTimed: boolean;
  },
): Promise<MeasuredBout> {
  await variant.stockUp(plan.stock);
  const before = cpuMs();
  const contestant = { ...variant, retries: () => 0 };
  const bout = await fight(contestant, {
    ...{ next: createRequests(), writers: settings.writers, clock, signal },
    ...{ durationMs: plan.durationMs, requestsMax: plan.requestsMax },
  });
  if (signal.aborted) throw new InvError('INTERRUPTED', 'interrupted; the keys are removed');
  const after = cpuMs();
  const taken = plan.stock - (await variant.left());
  await variant.clear();
  const promised = bout.requests
    .filter(({ told }) => told === 'accepted')
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const redis = before.redis === null || after.redis === null ? null : after.redis - before.redis;
  return {
    bout,
    isTimed: plan.isTimed,
    wrong: Math.abs(taken - promised) + Math.max(0, promised - plan.stock),
    cpuMs: { client: after.client - before.client, redis },
  };
}

/** One unit each, because a bare command is compared with; ids as short as those of real requests. */
function createRequests(): () => BenchRequest {
  let made = 0;
  return () => {
    made += 1;
    const requestId = `bench-${String(made).padStart(30, '0')}`;
    return { requestId, product: 0, quantity: 1, isDoubled: false };
  };
}

function summarise({ name, isUnsafe }: LuaVariant, bouts: readonly MeasuredBout[]): VariantSummary {
  const timed = bouts.filter(({ isTimed }) => isTimed);
  const sum = (of: (bout: MeasuredBout) => number): number =>
    timed.reduce((total, bout) => total + of(bout), 0);
  const accepted = ({ bout }: MeasuredBout): number =>
    bout.requests.filter(({ told }) => told === 'accepted').length;
  const isRedisKnown = timed.every(({ cpuMs }) => cpuMs.redis !== null);
  return {
    ...{ name, isUnsafe, accepted: sum(accepted) },
    attempted: sum(({ bout }) => bout.requests.length),
    throughput: spreadOf(
      timed.map((one) => (accepted(one) * 1000) / Math.max(1, one.bout.durationMs)),
    ),
    latencyMs: latencyOf(timed.map(({ bout }) => bout.latencies)),
    cpuMs: {
      client: sum(({ cpuMs }) => cpuMs.client),
      redis: isRedisKnown ? sum(({ cpuMs }) => cpuMs.redis ?? 0) : null,
    },
    wrong: bouts.reduce((total, { wrong }) => total + wrong, 0),
  };
}
