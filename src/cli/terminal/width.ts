import stringWidth from 'string-width';

/** Terminal columns that the text occupies: 2 for each Chinese character. */
export function displayWidth(text: string): number {
  return stringWidth(text);
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
  for (const { segment } of GRAPHEMES.segment(text)) {
    room -= displayWidth(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept + mark;
}

/** Breaks the text into lines of at most `width` columns, at spaces where there are any. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let lineWidth = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    const segmentWidth = displayWidth(segment);
    if (lineWidth + segmentWidth > width && line !== '') {
      const breakAt = segment === ' ' ? line.length : line.lastIndexOf(' ');
      // A space near the start would leave a line almost empty; then the word itself is broken.
      const kept = breakAt > line.length / 2 ? line.slice(0, breakAt) : line;
      lines.push(kept.trimEnd());
      line = line.slice(kept.length).trimStart();
      lineWidth = displayWidth(line);
      if (segment === ' ') continue;
    }
    line += segment;
    lineWidth += segmentWidth;
  }
  lines.push(line);
  return lines;
}

const GRAPHEMES = new Intl.Segmenter();
