import { readFileSync } from 'node:fs';

/**
 * Whether this process is the job that the terminal is for: one in the background must not draw over what
 * others print. Only Linux tells without asking the terminal (proc(5): pgrp and tpgid of /proc/self/stat);
 * elsewhere it is taken to be.
 */
export function isForegroundJob(): boolean {
  let text: string;
  try {
    text = readFileSync('/proc/self/stat', 'latin1');
  } catch {
    return true;
  }
  // The name of the command stands in parentheses and can hold anything; behind it: state ppid pgrp session tty_nr tpgid.
  const [, , group, , , foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return foreground === undefined || foreground === '-1' || foreground === group;
}
