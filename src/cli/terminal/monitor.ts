import { isForegroundJob } from './foreground.ts';
import { escapeJsonText } from './sanitize.ts';
import { plain } from './sheet.ts';
import { paint } from './style.ts';
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
import { shorten, wrap } from './width.ts';

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
  const { stream, profile } = settings;
  const isQuiet = settings.verbosity === 'quiet';
  const isForScripts = settings.format === 'json' || settings.format === 'ndjson';
  const isAnimated = profile.animate && !isForScripts && !isQuiet;
  let state: readonly StateLine[] = [];
  let drawn = 0;
  // The carriage return is for what a terminal has echoed meanwhile: ^C.
  const erased = (): string => (drawn === 0 ? '' : `\r\u001B[${String(drawn)}A\u001B[J`);
  const redrawn = (): string => {
    const lines = fitting(state, settings);
    drawn = lines.length;
    return lines.map((line) => `${line}\n`).join('');
  };
  return {
    log(entry) {
      if (isQuiet && entry.level === 'info') return;
      const lines = isForScripts ? [jsonLine(entry)] : textLines(entry, settings);
      stream.write(erased() + lines.map((line) => `${line}\n`).join('') + redrawn());
    },
    show(lines) {
      if (!isAnimated) return;
      // What was drawn before the job went into the background may be anywhere by now.
      const isOurs = isForegroundJob();
      if (!isOurs) drawn = 0;
      const before = erased();
      state = isOurs ? lines : [];
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
function fitting(state: readonly StateLine[], settings: MonitorSettings): readonly string[] {
  const { stream, profile, style } = settings;
  const columns = columnsOf(settings) - 1;
  const rows = Math.max((stream.rows ?? ROWS_USUAL) - 2, 1);
  const hidden = state.length > rows ? state.length - rows + 1 : 0;
  const shown = state.slice(0, state.length - hidden);
  const rest = hidden === 0 ? [] : [{ text: `${style.mark.ellipsis} ${String(hidden)} more` }];
  return [...shown, ...rest].map(({ text, style: name }: StateLine) =>
    paint(shorten(plain(text), columns, style.mark.ellipsis), name, profile.color),
  );
}

/** A log file wants a line an entry, with its date; a person wants it short and not cut inside of words. */
function textLines(entry: LogEntry, settings: MonitorSettings): readonly string[] {
  const { profile, style } = settings;
  const mark = { info: '', warn: `${style.mark.warn} `, alarm: `${style.mark.fail} ` }[entry.level];
  const time = timeOf(entry.atMs);
  const color = COLORS[entry.level];
  if (!profile.isTty) {
    return [paint(`${time} ${mark}${plain(entry.message)}`, color, profile.color)];
  }
  const text = `${time.slice('2026-11-27T'.length, -'.005Z'.length)}Z ${mark}${plain(entry.message)}`;
  return wrap(text, columnsOf(settings)).map((line) => paint(line, color, profile.color));
}

const COLORS = { info: undefined, warn: 'yellow', alarm: 'red' } as const;

/** As wide as the terminal is by now. */
function columnsOf({ stream, profile }: MonitorSettings): number {
  return stream.columns !== undefined && stream.columns > 0 ? stream.columns : profile.columns;
}

function jsonLine({ atMs, level, message, facts }: LogEntry): string {
  const body = { time: timeOf(atMs), level, message, ...facts };
  return escapeJsonText(JSON.stringify(body));
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
