import { escapeHtml } from '../html/escape.ts';
import { shortNumber } from './scale.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Drawn in the colour of what is wrong. */
  readonly isBad: boolean;
}

/** Bars that lie below one another, from the same zero, as plain HTML. */
export function barChart({
  title,
  unit,
  bars,
}: {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}): string {
  const longest = Math.max(0, ...bars.map(({ value }) => value));
  const rows = bars.map(({ name, value, isBad }) => {
    const width = longest === 0 ? 0 : (value / longest) * 100;
    return `<li><span>${escapeHtml(name)}</span><div><i${isBad ? ' class="fail"' : ''} style="width:${width.toFixed(2)}%"></i></div><b>${shortNumber(value)}</b></li>`;
  });
  return `<figure class="chart">
<figcaption>${escapeHtml(title)} <span>${escapeHtml(unit)}</span></figcaption>
<ul class="bars">${rows.join('\n')}</ul>
</figure>`;
}
