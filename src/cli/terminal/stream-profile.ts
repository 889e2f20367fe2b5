import type { OutputStream, StreamProfile, TerminalOptions } from './types.ts';

type Environment = TerminalOptions['env'];

/** Decides what one stream can show, from the stream itself, the environment and `--color`. */
export function decideProfile(
  stream: OutputStream,
  options: Pick<TerminalOptions, 'env' | 'color'>,
): StreamProfile {
  const { env } = options;
  const isTty = stream.isTTY === true;
  const isDumb = env['TERM'] === 'dumb';
  return {
    isTty,
    columns: decideColumns(isTty ? stream.columns : Number(env['COLUMNS'])),
    color: decideColor(options.color, env, isTty && !isDumb),
    unicode: decideUnicode(env),
    // A spinner on a terminal that reports 0 columns would redraw for ever.
    animate: isTty && !isDumb && stream.columns !== 0 && !isCi(env),
  };
}

export function isCi(env: Environment): boolean {
  return isGiven(env['CI']);
}

function decideColumns(columns: number | undefined): number {
  return columns !== undefined && Number.isSafeInteger(columns) && columns > 0 ? columns : 80;
}

/** `--color` > NO_COLOR > FORCE_COLOR > CLICOLOR_FORCE > the stream itself. */
function decideColor(
  flag: TerminalOptions['color'],
  env: Environment,
  streamHasColor: boolean,
): boolean {
  if (flag !== 'auto') return flag === 'always';
  if (isGiven(env['NO_COLOR'])) return false;
  const forced = env['FORCE_COLOR'];
  if (isGiven(forced)) return forced !== '0' && forced !== 'false';
  if (isGiven(env['CLICOLOR_FORCE']) && env['CLICOLOR_FORCE'] !== '0') return true;
  return streamHasColor;
}

/**
 * The locale as POSIX reads it: the first of these variables that is set. None at all is common in
 * containers and says nothing about the terminal, which then gets UTF-8 like the data itself.
 */
function decideUnicode(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isGiven);
  if (locale === undefined) return true;
  if (locale === 'C' || locale === 'POSIX') return false;
  const charset = locale.split('.')[1];
  return charset === undefined || /^utf-?8/i.test(charset);
}

function isGiven(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
