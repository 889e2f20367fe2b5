import { escapeHtml, scriptJson } from '../html/escape.ts';
import { shortNumber, ticksTo } from './scale.ts';

export interface ChartLine {
  readonly name: string;
  /** One value a slot; null = not known, a gap in the line. */
  readonly values: readonly (number | null)[];
  /** Which of the page's colours, from 1 to 5. */
  readonly color: 1 | 2 | 3 | 4 | 5;
}

/** A stretch of time that is shaded, with a word. */
export interface ChartMark {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly label: string;
}

export interface LineChart {
  readonly title: string;
  readonly unit: string;
  readonly slotMs: number;
  readonly lines: readonly ChartLine[];
  readonly marks: readonly ChartMark[];
}

/** The drawing is stretched to its place; texts stand beside it as HTML, so they keep their size. */
const WIDTH = 1000;
const HEIGHT = 240;

/** A chart over time as a figure of plain HTML and SVG, which needs no script. */
export function lineChart({ title, unit, slotMs, lines, marks }: LineChart): string {
  const slots = Math.max(1, ...lines.map(({ values }) => values.length));
  const highest = Math.max(0, ...lines.flatMap(({ values }) => largest(values)));
  const ticks = ticksTo(highest);
  const top = ticks.at(-1) ?? 1;
  const y = (value: number): number => HEIGHT - (Math.max(0, value) / top) * HEIGHT;
  const x = (slot: number): number => (slot / Math.max(1, slots - 1)) * WIDTH;
  const spanMs = Math.max(1, slots - 1) * slotMs;
  const legend = lines.map(({ name, color }) => `<li class="c${color}">${escapeHtml(name)}</li>`);
  return `<figure class="chart" data-slot-ms="${slotMs}">
<figcaption>${escapeHtml(title)} <span>${escapeHtml(unit)}</span></figcaption>
<ul class="legend">${legend.join('')}</ul>
<div class="plot">
<div class="y">${ticks.map((tick) => `<i style="bottom:${percent(tick / top)}">${shortNumber(tick)}</i>`).join('')}</div>
<div class="area">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(title)}">
${marks.map((mark) => shade(mark, spanMs)).join('')}
${ticks.map((tick) => `<line class="grid" x1="0" x2="${WIDTH}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/>`).join('')}
${lines.map(({ values, color }) => `<path class="c${color}" d="${pathOf(values, x, y)}"/>`).join('\n')}
</svg>
${marks.map((mark) => `<b style="left:${percent(mark.fromMs / spanMs)}">${escapeHtml(mark.label)}</b>`).join('')}
<output></output>
</div>
<div class="x">${timeTicks(spanMs)}</div>
</div>
<script type="application/json" class="values">${scriptJson(lines.map(({ values }) => values))}</script>
</figure>`;
}

function largest(values: readonly (number | null)[]): readonly number[] {
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  return [most];
}

function shade({ fromMs, untilMs }: ChartMark, spanMs: number): string {
  const from = Math.min(1, fromMs / spanMs) * WIDTH;
  const width = Math.max(2, Math.min(1, untilMs / spanMs) * WIDTH - from);
  return `<rect class="mark" x="${fixed(from)}" width="${fixed(width)}" y="0" height="${HEIGHT}"/>`;
}

function pathOf(
  values: readonly (number | null)[],
  x: (slot: number) => number,
  y: (value: number) => number,
): string {
  let isPenDown = false;
  return values
    .map((value, slot) => {
      if (value === null) {
        isPenDown = false;
        return '';
      }
      const command = isPenDown ? 'L' : 'M';
      isPenDown = true;
      return `${command}${fixed(x(slot))} ${fixed(y(value))}`;
    })
    .join('');
}

function timeTicks(spanMs: number): string {
  return ticksTo(spanMs / 1000)
    .filter((second) => second * 1000 <= spanMs)
    .map(
      (second) =>
        `<i style="left:${percent((second * 1000) / spanMs)}">${shortNumber(second)} s</i>`,
    )
    .join('');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
