import { escapeHtml } from './escape.ts';

/** A table of texts and numbers, which are aligned right; it scrolls by itself where it is too wide. */
export function plainTable(
  titles: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const isNumber = titles.map((_, at) => rows.every((row) => typeof row[at] !== 'string'));
  const cell = (tag: 'th' | 'td', value: string | number | null, at: number): string =>
    `<${tag}${isNumber[at] === true ? ' class="n"' : ''}>${textOf(value)}</${tag}>`;
  const head = titles.map((title, at) => cell('th', title, at)).join('');
  const body = rows.map(
    (row) => `<tr>${row.map((value, at) => cell('td', value, at)).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

function textOf(value: string | number | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? value.toLocaleString('en-US') : escapeHtml(value);
}
