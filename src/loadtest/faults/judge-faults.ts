import { formatDuration } from '../../domain/parse/duration.ts';
import { durationOf, warmUpMsOf } from '../profile/phase.ts';
import type { Phase } from '../profile/phase.ts';
import type { FaultRecord } from './apply-faults.ts';
import type { Fault } from './parse-fault.ts';

/** Why a fault can never happen: it would begin when the load is over. undefined: all of them can. */
export function lateFault(faults: readonly Fault[], phases: readonly Phase[]): string | undefined {
  const loadMs = durationOf(phases) - warmUpMsOf(phases);
  const late = faults.filter(({ atMs }) => atMs >= loadMs).map(({ text }) => text);
  if (late.length === 0) return undefined;
  return `${late.join(', ')}: the load takes ${formatDuration(loadMs)} after the warm-up, so it would never happen`;
}

/** Why a run did not have the faults that were asked for; empty when it had. The run is invalid then. */
export function judgeFaults(records: readonly FaultRecord[]): readonly string[] {
  return records.flatMap(({ fault, problem }) =>
    problem === null ? [] : [`the fault ${fault}: ${problem}`],
  );
}
