import { plain } from './sheet.ts';
import { render } from './style.ts';
import type { OutputStream, Progress, StreamProfile, Style, Verbosity } from './types.ts';

export interface ProgressSettings {
  readonly stream: OutputStream;
  readonly profile: StreamProfile;
  readonly style: Style;
  readonly verbosity: Verbosity;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

export interface Progresses {
  readonly start: (title: string, total?: number) => Progress;
  readonly stopAll: () => void;
}

/**
 * Shows that something takes long: a spinner or bar where the stream animates, a plain line now and
 * then with `--verbose`, and nothing elsewhere. Waiting to show one never keeps the process alive.
 */
export function createProgresses(settings: ProgressSettings): Progresses {
  const running = new Set<Progress>();
  return {
    start(title, total) {
      const progress = createProgress({ ...settings, title, total });
      running.add(progress);
      return {
        update: progress.update,
        stop(finalText) {
          running.delete(progress);
          progress.stop(finalText);
        },
      };
    },
    stopAll() {
      for (const progress of running) progress.stop();
      running.clear();
    },
  };
}

interface ProgressOptions extends ProgressSettings {
  readonly title: string;
  /** In the unit of `update`. */
  readonly total: number | undefined;
}

/** What people take for "at once" needs no spinner. */
const SILENCE_MS = 1_000;
const PLAIN_LINE_EVERY_MS = 5_000;

function createProgress(options: ProgressOptions): Progress {
  const { profile, verbosity } = options;
  if (verbosity === 'quiet') return SILENT;
  if (profile.animate) return createSpinner(options);
  return verbosity === 'normal' ? SILENT : createPlainLines(options);
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

interface State {
  readonly startedAtMs: number;
  /** In the unit of `done`; undefined: nobody knows. */
  total: number | undefined;
  done: number;
  text: string;
}

function begun({ now, total }: ProgressOptions): State {
  return { startedAtMs: now(), total, done: 0, text: '' };
}

/** What is not told stays as it was. */
function take(
  state: State,
  told: {
    readonly done: number;
    readonly text: string | undefined;
    readonly total: number | undefined;
  },
): void {
  state.done = told.done;
  state.text = told.text ?? state.text;
  state.total = told.total ?? state.total;
}

function createSpinner(options: ProgressOptions): Progress {
  const { stream, profile, style } = options;
  const state = begun(options);
  let isStopped = false;
  let spinner: { text: string; stop(): unknown } | undefined;
  let shorten = (text: string): string => text;
  const timer = setTimeout(() => void start(), SILENCE_MS);
  timer.unref();

  const start = async (): Promise<void> => {
    const [{ default: ora }, width] = await Promise.all([import('ora'), import('./width.ts')]);
    await width.prepareAllWidths();
    if (isStopped) return;
    // A line that wraps is redrawn one line too low.
    shorten = (text) => width.shorten(text, profile.columns - 4, style.mark.ellipsis);
    spinner = ora({
      text: shorten(describe(state, options)),
      stream,
      color: profile.color ? 'cyan' : false,
      spinner: profile.unicode ? 'dots' : 'line',
      // Ctrl-C must reach the command, and what is typed ahead must reach the next prompt.
      discardStdin: false,
      isEnabled: true,
    }).start();
  };

  return {
    update(done, text, total) {
      take(state, { done, text, total });
      if (spinner !== undefined) spinner.text = shorten(describe(state, options));
    },
    stop(finalText) {
      if (isStopped) return;
      isStopped = true;
      clearTimeout(timer);
      if (spinner === undefined) return;
      spinner.stop();
      if (finalText !== undefined) stream.write(`${render(finalText, profile)}\n`);
    },
  };
}

function createPlainLines(options: ProgressOptions): Progress {
  const { stream, profile } = options;
  const state = begun(options);
  let hasSpoken = false;
  const say = (text: string): void => {
    hasSpoken = true;
    stream.write(`${render(text, profile)}\n`);
  };
  const timer = setInterval(() => say(describe(state, options)), PLAIN_LINE_EVERY_MS);
  timer.unref();
  return {
    update(done, text, total) {
      take(state, { done, text, total });
    },
    stop(finalText) {
      clearInterval(timer);
      if (hasSpoken && finalText !== undefined) say(finalText);
    },
  };
}

/** "importing  [#####     ] 50%  600/1200  120/s  5 s left  widgets.csv" */
function describe(state: State, { title, profile, now }: ProgressOptions): string {
  const { total } = state;
  const elapsedSeconds = Math.max((now() - state.startedAtMs) / 1_000, 0.001);
  const perSecond = state.done / elapsedSeconds;
  const parts = [title];
  if (total !== undefined && total > 0) {
    const share = Math.min(state.done / total, 1);
    parts.push(`${bar(share, profile.unicode)} ${Math.floor(share * 100)}%`);
    parts.push(`${state.done}/${total}`);
  } else if (state.done > 0) {
    parts.push(String(state.done));
  }
  // Less than one a second is no rate to read; how long it takes says the rest.
  if (Math.round(perSecond) > 0) parts.push(`${Math.round(perSecond)}/s`);
  if (total !== undefined && state.done > 0 && state.done < total) {
    parts.push(`${Math.ceil((total - state.done) / perSecond)} s left`);
  }
  if (state.text !== '') parts.push(state.text);
  return plain(parts.join('  '));
}

const BAR_WIDTH = 16;

function bar(share: number, unicode: boolean): string {
  const filled = Math.round(share * BAR_WIDTH);
  const [full, empty] = unicode ? ['█', '░'] : ['#', '.'];
  return `[${full.repeat(filled)}${empty.repeat(BAR_WIDTH - filled)}]`;
}
