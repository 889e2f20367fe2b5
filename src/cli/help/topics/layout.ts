/** Help is read on terminals of 80 columns; two are left free. */
const WIDTH = 78;

/** Breaks running text at blanks. Every line begins with the indent. */
export function paragraph(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length + longer.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, indent + line].join('\n');
}

/** Two columns: a term that is not broken, and running text that is. */
export function definitions(
  rows: readonly (readonly [string, string])[],
  termWidth: number,
): string {
  const indent = ' '.repeat(termWidth + 4);
  return rows
    .map(([term, text]) => {
      const body = paragraph(text, indent);
      if (term.length > termWidth) return `  ${term}\n${body}`;
      return `  ${term.padEnd(termWidth)}  ${body.slice(indent.length)}`;
    })
    .join('\n');
}

/** The parts of a topic with an empty line between them and one line end after the last. */
export function topic(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}
