import { alarmOf } from '../../../domain/reconcile/verdict.ts';
import type { Alarm } from '../../../domain/reconcile/verdict.ts';
import type { ErrorCode } from '../../../lib/errors.ts';
import type { ReconcileResult } from '../../../services/reconcile/run-reconcile.ts';
import type { Context } from '../../context.ts';

const CODES: Readonly<Record<Alarm, ErrorCode>> = {
  violated: 'INVARIANT_VIOLATED',
  different: 'DIFFERENCES',
  store_away: 'STORE_UNAVAILABLE',
  moving: 'BUSY',
};

/** The exit code of a run that printed its result. */
export function exitWith(
  context: Pick<Context, 'finishWith'>,
  { findings, unchecked }: Pick<ReconcileResult, 'findings' | 'unchecked'>,
): void {
  const alarm = alarmOf(findings, unchecked);
  if (alarm !== null) context.finishWith(CODES[alarm]);
}
