/**
 * The cells of one CSV record (RFC 4180), or undefined when its quotes are wrong: a quote inside an unquoted
 * cell, text after a closing quote, or a quote that never closes.
 *
 * Written here because csv-parse reads 100,000 records a second when it also tells their lines, a third of what
 * an import needs, and cannot go on after an unclosed quote. The tests hold the two against each other.
 */
export function splitRecord(text: string, delimiter: string): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let position = 0;
  for (;;) {
    const quoted = text[position] === '"' ? readQuoted(text, position) : undefined;
    if (quoted === undefined) {
      const found = text.indexOf(delimiter, position);
      const end = found === -1 ? text.length : found;
      const cell = text.slice(position, end);
      if (cell.includes('"')) return undefined;
      cells.push(cell);
      position = end;
    } else {
      cells.push(quoted.cell);
      position = quoted.end;
    }
    if (position === text.length) return cells;
    if (text[position] !== delimiter) return undefined;
    position += 1;
  }
}

/**
 * Whether a quoted cell is still open at the end of a line, so that the record goes on in the next one.
 * Only a quote at the start of a cell opens one: the inches of `12" ruler` must not swallow what follows.
 */
export function isOpenAfter(
  line: string,
  { delimiter, open }: { delimiter: string; open: boolean },
): boolean {
  let isOpen = open;
  let position = line.indexOf('"');
  while (position !== -1) {
    if (!isOpen) {
      isOpen = position === 0 || line[position - 1] === delimiter;
    } else if (line[position + 1] === '"') {
      position += 1;
    } else {
      isOpen = false;
    }
    position = line.indexOf('"', position + 1);
  }
  return isOpen;
}

/** The cell whose opening quote stands at the position, and the position after its closing quote. */
function readQuoted(text: string, position: number): { cell: string; end: number } | undefined {
  let cell = '';
  let start = position + 1;
  for (;;) {
    const quote = text.indexOf('"', start);
    if (quote === -1) return undefined;
    cell += text.slice(start, quote);
    if (text[quote + 1] !== '"') return { cell, end: quote + 1 };
    cell += '"';
    start = quote + 2;
  }
}
