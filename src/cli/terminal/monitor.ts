import { escapeJsonText } from './sanitize.ts';
import { plain } from './sheet.ts';
import { paint, render } from './style.ts';
import type {
  LogEntry,
  Monitor,
  OutputFormat,
  OutputStream,
  StateLine,
  StreamProfile,
  Style,
  Verbosity,
} from './types.ts';
import { shorten } from './width.ts';

export interface MonitorSettings {
  readonly stream: OutputStream;
  readonly profile: StreamProfile;
  readonly style: Style;
  readonly format: OutputFormat;
  readonly verbosity: Verbosity;
}

const ROWS_USUAL = 24;

/** A log whose lines stay, and below it a state that is drawn anew: both on stderr. */
export function createMonitor(settings: MonitorSettings): Monitor {
  const { stream, profile, style } = settings;
  const isQuiet = settings.verbosity === 'quiet';
  const isForScripts = settings.format === 'json' || settings.format === 'ndjson';
  const isAnimated = profile.animate && !isForScripts && !isQuiet;
  let state: readonly StateLine[] = [];
  let drawn = 0;
  const erased = (): string => (drawn === 0 ? '' : `\u001B[${String(drawn)}A\u001B[J`);
  const redrawn = (): string => {
    const lines = fitting(state, settings);
    drawn = lines.length;
    return lines.map((line) => `${line}\n`).join('');
  };
  return {
    log(entry) {
      if (isQuiet && entry.level === 'info') return;
      const line = isForScripts ? jsonLine(entry) : `${render(textLine(entry, style), profile)}\n`;
      stream.write(erased() + line + redrawn());
    },
    show(lines) {
      if (!isAnimated) return;
      const before = erased();
      state = lines;
      stream.write(before + redrawn());
    },
    stop() {
      stream.write(erased());
      state = [];
      drawn = 0;
    },
  };
}

/** A line that wraps, or more of them than the screen has, would be taken away in the wrong place. */
function fitting(
  state: readonly StateLine[],
  { stream, profile, style }: MonitorSettings,
): readonly string[] {
  const isWidthKnown = stream.columns !== undefined && stream.columns > 0;
  const columns = (isWidthKnown ? stream.columns : profile.columns) - 1;
  const rows = Math.max((stream.rows ?? ROWS_USUAL) - 2, 1);
  const hidden = state.length > rows ? state.length - rows + 1 : 0;
  const shown = state.slice(0, state.length - hidden);
  const rest = hidden === 0 ? [] : [{ text: `${style.mark.ellipsis} ${String(hidden)} more` }];
  return [...shown, ...rest].map(({ text, style: name }: StateLine) =>
    paint(shorten(plain(text), columns, style.mark.ellipsis), name, profile.color),
  );
}

function textLine({ atMs, level, message }: LogEntry, style: Style): string {
  const mark = {
    info: '',
    warn: `${style.yellow(style.mark.warn)} `,
    alarm: `${style.red(style.mark.fail)} `,
  }[level];
  return `${style.dim(timeOf(atMs))} ${mark}${message}`;
}

function jsonLine({ atMs, level, message, facts }: LogEntry): string {
  const body = { time: timeOf(atMs), level, message, ...facts };
  return `${escapeJsonText(JSON.stringify(body))}\n`;
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
