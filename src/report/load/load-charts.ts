import { lineChart } from '../chart/line-chart.ts';
import type { ChartLine, ChartMark } from '../chart/line-chart.ts';
import type { LoadDocument, SlotDocument } from './load-document.ts';

/** What is to be seen of a run over time: rate, latency, stock against orders, backlog. */
export function loadCharts(document: LoadDocument): readonly string[] {
  const { series, slot_ms: slotMs } = document;
  const marks: ChartMark[] = document.faults.flatMap(({ fault, at_ms, until_ms }) => {
    if (at_ms === null || until_ms === null) return [];
    return [{ fromMs: at_ms, untilMs: until_ms, label: fault.split(/[@=]/, 1)[0] ?? fault }];
  });
  const column = (of: (slot: SlotDocument) => number | null): ChartLine['values'] => series.map(of);
  const perSecond = (of: (slot: SlotDocument) => number): ChartLine['values'] =>
    series.map((slot) => Math.round((of(slot) / slotMs) * 1000));
  const shared = { slotMs, marks };
  return [
    lineChart({
      ...shared,
      title: 'Rate',
      unit: 'a second',
      lines: [
        { name: 'intended', values: perSecond(({ offered }) => offered), color: 3 },
        { name: 'started', values: perSecond(({ started }) => started), color: 1 },
        { name: 'answered', values: perSecond(({ answered }) => answered), color: 4 },
        { name: 'failed', values: perSecond(({ failed }) => failed), color: 2 },
      ],
    }),
    lineChart({
      ...shared,
      title: 'Latency',
      unit: 'ms, from the intended start, by when it was answered',
      lines: [
        { name: 'max', values: column(({ max_ms }) => max_ms), color: 3 },
        { name: 'p99', values: column(({ p99_ms }) => p99_ms), color: 2 },
        { name: 'p50', values: column(({ p50_ms }) => p50_ms), color: 1 },
      ],
    }),
    lineChart({
      ...shared,
      title: 'Stock left against units sold',
      unit: 'units',
      lines: [
        {
          name: 'left, as the stores say',
          values: carried(column(({ units_left }) => units_left)),
          color: 1,
        },
        {
          name: 'sold, as buyers were told',
          values: summed(series.map(({ units }) => units)),
          color: 4,
        },
      ],
    }),
    lineChart({
      ...shared,
      title: 'Backlog',
      unit: 'units sold and not in the books yet',
      lines: [{ name: 'unsettled', values: carried(column(({ backlog }) => backlog)), color: 5 }],
    }),
  ];
}

/** A reading stands until the next one, for as long as a second; a longer silence is a gap. */
function carried(values: ChartLine['values']): ChartLine['values'] {
  let last: number | null = null;
  let age = 0;
  return values.map((value) => {
    age = value === null ? age + 1 : 0;
    last = value ?? (age > CARRIED_SLOTS_MAX ? null : last);
    return last;
  });
}

const CARRIED_SLOTS_MAX = 10;

function summed(values: readonly number[]): ChartLine['values'] {
  let sum = 0;
  return values.map((value) => (sum += value));
}
