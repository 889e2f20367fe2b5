import { isMendable } from '../../../domain/reconcile/finding.ts';
import { InvError } from '../../../lib/errors.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { Plan, PlannedChange } from '../../../services/reconcile/apply-plan.ts';
import { requestIdOf } from '../../../services/reconcile/request-id.ts';
import type { ReconcileResult } from '../../../services/reconcile/run-reconcile.ts';

const FORMAT = 'inv-reconcile-plan-1';

/** What `--plan` writes: people may take rows out of it, and change none. */
export function planDocument({ runId, findings }: ReconcileResult): JsonObject {
  return {
    format: FORMAT,
    run_id: runId,
    changes: findings
      .filter(({ finding }) => isMendable(finding))
      .map((one) => ({
        id: one.number,
        check: one.finding.check,
        subject: one.finding.subject,
        expected: one.finding.expected,
        actual: one.finding.actual,
        evidence: one.finding.evidence,
        request_id: requestIdOf(runId, one),
      })),
  };
}

/** @throws InvError INVALID_INPUT */
export function parsePlan(document: unknown, path: string): Plan {
  const runId = field(document, 'run_id');
  const changes = field(document, 'changes');
  const isPlan =
    field(document, 'format') === FORMAT && typeof runId === 'string' && Array.isArray(changes);
  if (!isPlan || runId.length > RUN_ID_CHARACTERS_MAX) throw noPlan(path, 'it has another form');
  return {
    runId,
    changes: changes.map((change: unknown, index) => parseChange(change, { path, index })),
  };
}

const RUN_ID_CHARACTERS_MAX = 36;

function parseChange(
  change: unknown,
  { path, index }: { readonly path: string; readonly index: number },
): PlannedChange {
  const number = field(change, 'id');
  const check = field(change, 'check');
  const subject = field(change, 'subject');
  const expected = field(change, 'expected');
  const actual = field(change, 'actual');
  const isWhole =
    isInteger(number) &&
    typeof check === 'string' &&
    typeof subject === 'string' &&
    isIntegerOrNull(expected) &&
    isIntegerOrNull(actual);
  if (!isWhole) throw noPlan(path, `change ${String(index + 1)} is not whole`);
  return { number, check, subject, expected, actual };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isIntegerOrNull(value: unknown): value is number | null {
  return value === null || isInteger(value);
}

function noPlan(path: string, why: string): InvError {
  return new InvError('INVALID_INPUT', `${path} is no plan of inv reconcile: ${why}`, {
    hint: 'inv reconcile --plan FILE makes one',
  });
}
