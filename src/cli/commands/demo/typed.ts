const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** A command of inv as it is typed into a shell. */
export function typed(args: readonly string[]): string {
  return ['inv', ...args].map(quoted).join(' ');
}

function quoted(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
