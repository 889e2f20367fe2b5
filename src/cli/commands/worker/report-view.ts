import type { JsonObject } from '../../../lib/json.ts';
import type { WorkReport } from '../../../worker/work-report.ts';
import type { Presentation, Style } from '../../terminal/types.ts';

/** What `--fields` may name. */
export const REPORT_FIELDS: readonly string[] = [
  'settled',
  'returned',
  'duplicates',
  'parked',
  'expired_holds',
  'mended',
  'recovered',
  'handed_over',
  'closed',
  'journal_applied',
  'lag_events',
];

/** What a worker did (cli.md: `worker once`). */
export function reportPresentation(report: WorkReport): Presentation {
  return {
    document: reportDocument(report),
    receipt: true,
    human: (style) => reportLines(report, style),
  };
}

function reportDocument(report: WorkReport): JsonObject {
  return {
    settled: report.settled,
    returned: report.returned,
    duplicates: report.duplicates,
    parked: report.parked,
    expired_holds: report.expiredHolds,
    mended: report.mended,
    recovered: report.recovered,
    handed_over: report.handedOver,
    closed: report.closed,
    journal_applied: report.journalApplied,
    lag_events: report.lagEvents,
  };
}

function reportLines(report: WorkReport, style: Style): readonly string[] {
  const { settled, returned, duplicates, parked, expiredHolds, lagEvents } = report;
  const { mended, recovered, handedOver, closed } = report;
  const count = (number: number, one: string, many: string): readonly string[] =>
    number === 0 ? [] : [`${String(number)} ${number === 1 ? one : many}`];
  const done = [
    ...count(settled, 'sale booked', 'sales booked'),
    ...count(returned, 'return booked', 'returns booked'),
    ...count(duplicates, 'sale was in the books already', 'sales were in the books already'),
    ...count(expiredHolds, 'hold given back', 'holds given back'),
    ...count(mended, 'difference mended', 'differences mended'),
    ...count(recovered, 'shard opened', 'shards opened'),
    ...count(handedOver, 'bucket handed to Redis', 'buckets handed to Redis'),
    ...count(closed, 'bucket closed', 'buckets closed'),
  ];
  return [
    `${style.green(style.mark.ok)} ${done.length === 0 ? 'nothing was to be done' : done.join(', ')}`,
    ...count(lagEvents, 'event still waits', 'events still wait').map((text) => `  ${text}`),
    ...count(parked, 'event is', 'events are').map((text) =>
      style.yellow(
        `  ${style.mark.warn} ${text} parked, and not in the books: inv worker parked list`,
      ),
    ),
  ];
}
