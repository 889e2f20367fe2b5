/**
 * A sentence of our own in lines of so many columns at most, broken between words; the second line and
 * those after it are indented. A word that is longer than a line stays whole.
 */
export function fold(
  text: string,
  { columns, indent }: { readonly columns: number; readonly indent: number },
): readonly string[] {
  if (text.length <= columns) return [text];
  const lines: string[] = [];
  // The first word keeps the spaces behind it: they stand for a column of their own.
  const [head = ''] = /^\S*\s*/.exec(text) ?? [];
  let line = head.trimEnd();
  let gap = head.slice(line.length);
  for (const word of text.slice(head.length).split(' ')) {
    if (line.length + gap.length + word.length > columns && line.trim() !== '') {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else {
      line += gap + word;
    }
    gap = ' ';
  }
  return [...lines, line];
}
