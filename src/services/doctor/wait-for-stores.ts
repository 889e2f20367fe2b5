import { InvError } from '../../lib/errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** One question to a store, with a bound of its own. */
export interface StoreProbe {
  readonly store: 'mysql' | 'redis';
  /**
   * Leaves nothing behind when the time is over.
   * @returns the server's version
   * @throws InvError
   */
  ask(timeoutMs: number): Promise<string>;
}

export interface StoreAnswer {
  readonly store: StoreProbe['store'];
  readonly version: string;
  readonly waitedMs: number;
}

export interface WaitOptions {
  readonly probes: readonly StoreProbe[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what is waited for and why, after each question without an answer. */
  readonly report: (message: string) => void;
}

const PAUSE_MS = 500;

/**
 * Asks every store until it answers. What time does not mend (login, configuration, no program)
 * ends the waiting at once.
 * @throws InvError STORE_UNAVAILABLE with the last reason when the time is over
 */
export async function waitForStores(options: WaitOptions): Promise<readonly StoreAnswer[]> {
  return Promise.all(options.probes.map((probe) => waitFor(probe, options)));
}

async function waitFor(
  probe: StoreProbe,
  { timeoutMs, clock, signal, report }: WaitOptions,
): Promise<StoreAnswer> {
  const startedAtMs = clock.monotonic();
  const waited = (): number => Math.round(clock.monotonic() - startedAtMs);
  for (;;) {
    try {
      const version = await withDeadline(probe, Math.max(timeoutMs - waited(), 1), clock);
      return { store: probe.store, version, waitedMs: waited() };
    } catch (error) {
      if (!(error instanceof InvError) || !isPassing(error)) throw error;
      if (waited() + PAUSE_MS >= timeoutMs) throw tooLate(error, timeoutMs);
      report(error.message);
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}

async function withDeadline(probe: StoreProbe, leftMs: number, clock: Clock): Promise<string> {
  const ended = new AbortController();
  const tooLong = clock.sleep(leftMs, ended.signal).then(() => {
    throw new InvError('STORE_UNAVAILABLE', `${probe.store} does not answer`, {
      facts: { store: probe.store },
    });
  });
  try {
    return await Promise.race([probe.ask(leftMs), tooLong]);
  } finally {
    ended.abort();
    tooLong.catch(() => undefined);
  }
}

function isPassing({ code, facts }: InvError): boolean {
  return (code === 'STORE_UNAVAILABLE' && facts['state'] !== 'not-installed') || code === 'BUSY';
}

function tooLate(last: InvError, timeoutMs: number): InvError {
  const message = `no answer within ${String(timeoutMs)} ms: ${last.message}`;
  return new InvError('STORE_UNAVAILABLE', message, {
    hint: last.hint ?? 'inv doctor',
    facts: last.facts,
    cause: last,
  });
}
