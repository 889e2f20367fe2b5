import { parseDuration } from '../../domain/parse/duration.ts';
import type { Parsed } from '../../domain/parse/parsed.ts';
import { flat } from './profiles.ts';
import type { Phase } from './phase.ts';
import { parseRate } from './rate.ts';

/** One record of a CSV with the columns rate and duration. */
export interface RateRecord {
  /** The line of the file, from 1. */
  readonly line: number;
  readonly rate: string;
  readonly duration: string;
}

export interface RateFileProblem {
  readonly line: number;
  readonly message: string;
}

export type RateFile =
  | { readonly ok: true; readonly phases: readonly Phase[] }
  /** All of them, in order of lines. */
  | { readonly ok: false; readonly problems: readonly RateFileProblem[] };

const RECORDS_MAX = 10_000;

/** A profile of one's own: a phase for each record (`500/s`, `10s`). A rate of `0/s` is a pause. */
export function phasesOfRecords(records: readonly RateRecord[]): RateFile {
  const phases: Phase[] = [];
  const problems: RateFileProblem[] = [];
  for (const { line, rate, duration } of records) {
    const field = (name: string, result: Parsed<number>): number => {
      if (!result.ok) problems.push({ line, message: `${name}: ${result.message}` });
      return result.ok ? result.value : 0;
    };
    const ratePerSecond = field('rate', parseRate(rate));
    const durationMs = field('duration', parseDuration(duration));
    phases.push(flat(`line ${line}`, durationMs, ratePerSecond));
  }
  if (records.length === 0) problems.push({ line: 1, message: 'the file has no record' });
  if (records.length > RECORDS_MAX) {
    problems.push({
      line: records[RECORDS_MAX]?.line ?? 1,
      message: `more than ${RECORDS_MAX} records`,
    });
  }
  return problems.length === 0 ? { ok: true, phases } : { ok: false, problems };
}
