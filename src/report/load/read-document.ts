import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import {
  anyFlag,
  anyObject,
  anyText,
  listOf,
  numberFrom,
  objectOf,
  oneOf,
  orNull,
  wholeFrom,
} from '../../lib/shape.ts';
import { LOAD_SCHEMA } from './load-document.ts';
import type { LoadDocument } from './load-document.ts';

const count = wholeFrom(0);
const time = numberFrom(0);
const fields = (names: readonly string[], shape: typeof count): Record<string, typeof count> =>
  Object.fromEntries(names.map((name) => [name, shape]));

const TIMES = objectOf({
  count,
  ...fields(['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'], orNull(time)),
});

const SLOT = objectOf({
  at_ms: time,
  ...fields(['offered', 'started', 'dropped', 'answered', 'accepted', 'refused', 'failed'], count),
  units: count,
  ...fields(['p50_ms', 'p99_ms', 'max_ms', 'backlog'], orNull(time)),
  units_left: orNull(numberFrom(-Number.MAX_VALUE)),
});

const DOCUMENT = objectOf({
  verdict: oneOf(['pass', 'fail', 'invalid']),
  reasons: listOf(anyText),
  ...fields(['run', 'started_at', 'profile', 'target', 'plan_hash'], anyText),
  ...fields(['seed', 'offered', 'started', 'dropped', 'skipped', 'accepted', 'units_sold'], count),
  ...fields(['held', 'cancelled', 'sold_out', 'limited', 'refused', 'replayed'], count),
  ...fields(['conflicts', 'errors', 'unknown'], count),
  throughput_per_s: time,
  ...fields(['latency_ms', 'service_ms', 'schedule_lag_ms'], TIMES),
  schedule: objectOf(
    fields(
      ['planned_ms', 'actual_ms', 'planned_per_s', 'achieved_per_s', 'busy_share', 'warm_up_ms'],
      numberFrom(-Number.MAX_VALUE),
    ),
  ),
  settle_ms: orNull(time),
  invariants: listOf(
    objectOf({ id: anyText, name: anyText, holds: anyFlag, applies: anyFlag, evidence: anyObject }),
  ),
  thresholds: listOf(
    objectOf({ expression: anyText, actual: orNull(numberFrom(0)), holds: anyFlag }),
  ),
  faults: listOf(
    objectOf({
      fault: anyText,
      at_ms: orNull(time),
      until_ms: orNull(time),
      problem: orNull(anyText),
    }),
  ),
  failures: listOf(anyText),
  ...fields(['settings', 'histograms', 'versions', 'machine'], anyObject),
  slot_ms: numberFrom(1),
  series: listOf(SLOT),
});

/** The document of a run from the text of a file, as `--json` and `--save` write it. */
export function readLoadDocument(text: string): Parsed<LoadDocument> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('it is no JSON document');
  }
  const schema: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'schema') : undefined;
  if (schema !== LOAD_SCHEMA) {
    return refused(
      typeof schema === 'number'
        ? `it has schema ${schema}, and this inv reads ${LOAD_SCHEMA}`
        : 'it is no document of inv loadtest',
    );
  }
  const problem = DOCUMENT(value, 'document');
  // Every field that is read was looked at.
  return problem === undefined ? parsed(value as LoadDocument) : refused(problem);
}
