import type { Context } from '../../context.ts';
import type { Candidate, Slot } from './find-slot.ts';

/** Prints the candidates, one a line. A database that is slow, away or not set up adds none. */
export async function runComplete(context: Context, slot: Slot): Promise<void> {
  const { typed, prefix, candidates, codes, isFile } = slot;
  const stored = codes === undefined ? [] : await context.operator.completionCodes(codes, typed);
  const fitting = [...candidates.filter(({ value }) => value.startsWith(typed)), ...stored];
  const lines = fitting.map((candidate) => lineOf(candidate, prefix));
  if (isFile) lines.push(':files');
  await context.terminal.write(lines.map((line) => `${line}\n`).join(''));
}

function lineOf({ value, description }: Candidate, prefix: string): string {
  // Names come from the database: what could move the cursor or end the line becomes a blank.
  const text = description.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return text === '' ? `${prefix}${value}` : `${prefix}${value}\t${text}`;
}
