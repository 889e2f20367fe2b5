import { assert } from '../../lib/assert.ts';
import { simpleWidth } from './simple-width.ts';

/** Loads what emoji, combining marks and rarer scripts need, if any of the texts has them. */
export async function prepareWidths(texts: Iterable<string>): Promise<void> {
  if (complex !== undefined) return;
  for (const text of texts) if (simpleWidth(text) === undefined) return prepareAllWidths();
}

/** The same for texts that are not known yet. */
export async function prepareAllWidths(): Promise<void> {
  const { default: stringWidth } = await import('string-width');
  complex ??= { stringWidth, graphemes: new Intl.Segmenter() };
}

/** Terminal columns that the text occupies: 2 for each Chinese character. */
export function displayWidth(text: string): number {
  return simpleWidth(text) ?? complexWidths().stringWidth(text);
}

/**
 * Cuts the text to at most `width` columns, between whole characters, and shows that it was cut.
 * Written here because cli-truncate 5 keeps the Chinese character that straddles the edge, and so
 * returns one column too many.
 */
export function shorten(text: string, width: number, ellipsis: string): string {
  if (displayWidth(text) <= width) return text;
  const mark = displayWidth(ellipsis) <= width ? ellipsis : '';
  let room = width - displayWidth(mark);
  let kept = '';
  for (const character of charactersOf(text)) {
    room -= displayWidth(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + mark;
}

/** Breaks the text into lines of at most `width` columns, at spaces where there are any. */
export function wrap(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  let lineWidth = 0;
  for (const character of charactersOf(text)) {
    const characterWidth = displayWidth(character);
    if (lineWidth + characterWidth > width && line !== '') {
      const breakAt = character === ' ' ? line.length : line.lastIndexOf(' ');
      // A space near the start would leave a line almost empty; then the word itself is broken.
      const kept = breakAt > line.length / 2 ? line.slice(0, breakAt) : line;
      lines.push(kept.trimEnd());
      line = line.slice(kept.length).trimStart();
      lineWidth = displayWidth(line);
      if (character === ' ') continue;
    }
    line += character;
    lineWidth += characterWidth;
  }
  lines.push(line);
  return lines;
}

interface ComplexWidths {
  readonly stringWidth: (text: string) => number;
  readonly graphemes: Intl.Segmenter;
}

/** Loaded once a process; see `prepareWidths`. */
let complex: ComplexWidths | undefined;

function complexWidths(): ComplexWidths {
  assert(complex !== undefined, 'prepareWidths has seen every text before it is measured');
  return complex;
}

function* charactersOf(text: string): Generator<string> {
  if (simpleWidth(text) !== undefined) yield* text;
  else for (const { segment } of complexWidths().graphemes.segment(text)) yield segment;
}
