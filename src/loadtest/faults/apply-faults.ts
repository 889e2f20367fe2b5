import type { Clock } from '../../ports/clock.ts';
import type { Fault } from './parse-fault.ts';

/** The hands that do it. */
export interface FaultActions {
  readonly crashRedis: () => Promise<void>;
  readonly crashWorker: () => Promise<void>;
  readonly delayMysql: (roundTripMs: number) => void;
}

/** What was done, and when: milliseconds from the start of the schedule; null: it was never begun. */
export interface FaultRecord {
  readonly fault: string;
  readonly atMs: number | null;
  /** When it was over: the server or worker is back, the delay taken away. */
  readonly untilMs: number | null;
  /** null: it was done as asked. */
  readonly problem: string | null;
}

export interface ApplyOptions {
  readonly clock: Clock;
  /** The start of the schedule, by the monotonic clock. */
  readonly zeroMs: number;
  readonly warmUpMs: number;
  readonly actions: FaultActions;
  /** The run is over: what has not begun never will. */
  readonly signal: AbortSignal;
}

/** Does each at its time. @returns what became of each, in the order in which it ended */
export async function applyFaults(
  faults: readonly Fault[],
  options: ApplyOptions,
): Promise<readonly FaultRecord[]> {
  const records: FaultRecord[] = [];
  await Promise.all(
    faults.map(async (fault) => {
      records.push(await applyFault(fault, options));
    }),
  );
  return records;
}

async function applyFault(fault: Fault, options: ApplyOptions): Promise<FaultRecord> {
  const { clock, zeroMs, warmUpMs, actions, signal } = options;
  if (!(await waitUntil(options, warmUpMs + fault.atMs))) {
    const problem = 'did not happen: the run was over first';
    return { fault: fault.text, atMs: null, untilMs: null, problem };
  }
  const atMs = clock.monotonic() - zeroMs;
  const problem = await attempt(async () => {
    switch (fault.kind) {
      case 'redis-restart':
        return actions.crashRedis();
      case 'kill-worker':
        return actions.crashWorker();
      case 'mysql-latency':
        actions.delayMysql(fault.delayMs);
        await waitUntil({ clock, zeroMs, signal }, warmUpMs + fault.untilMs);
        actions.delayMysql(0);
    }
  });
  return { fault: fault.text, atMs, untilMs: clock.monotonic() - zeroMs, problem };
}

/** @returns false when the run was over first */
async function waitUntil(
  { clock, zeroMs, signal }: Pick<ApplyOptions, 'clock' | 'zeroMs' | 'signal'>,
  atMs: number,
): Promise<boolean> {
  const waitMs = Math.max(0, zeroMs + atMs - clock.monotonic());
  try {
    await clock.sleep(waitMs, signal);
    return true;
  } catch {
    return false;
  }
}

async function attempt(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
