import type { InvError } from '../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { escapeJsonText } from './sanitize.ts';
import { render } from './style.ts';
import type { OutputFormat, StreamProfile, Style, Terminal, Verbosity } from './types.ts';

export interface MessagesOptions {
  readonly write: (text: string) => void;
  readonly profile: StreamProfile;
  readonly style: Style;
  readonly format: OutputFormat;
  readonly verbosity: Verbosity;
}

export interface Messages extends Pick<Terminal, 'success' | 'note' | 'warn' | 'detail' | 'fail'> {
  /** The result is out: warnings that were held back for a possible error line can be shown. */
  releaseWarnings(): void;
}

/** Everything that goes to stderr as lines. */
export function createMessages(options: MessagesOptions): Messages {
  const { write, profile, style, verbosity } = options;
  const isVerbose = verbosity === 'verbose' || verbosity === 'debug';
  // With --json a failure must be one line on stderr, so talk is for those who asked for it.
  const isForScripts = (options.format === 'json' || options.format === 'ndjson') && !isVerbose;
  const line = (text: string): void => write(`${render(text, profile)}\n`);
  const chat = (text: string): void => {
    if (verbosity !== 'quiet' && !isForScripts) line(text);
  };
  let heldWarnings: readonly string[] = [];
  let isResultOut = false;
  const warnNow = (text: string): void =>
    line(`${style.yellow(style.mark.warn)} ${style.yellow('warning:')} ${text}`);
  return {
    success: (text) => chat(`${style.green(style.mark.ok)} ${text}`),
    note: chat,
    warn(text) {
      if (isForScripts && !isResultOut) heldWarnings = [...heldWarnings, text];
      else warnNow(text);
    },
    detail(text) {
      if (isVerbose) line(style.dim(text));
    },
    fail(error, requestId) {
      if (options.format === 'json' || options.format === 'ndjson') {
        write(errorLine(error, requestId, heldWarnings));
      } else {
        for (const text of errorText(error, requestId, options)) line(text);
      }
      heldWarnings = [];
    },
    releaseWarnings() {
      isResultOut = true;
      heldWarnings.forEach(warnNow);
      heldWarnings = [];
    },
  };
}

function errorLine(
  error: InvError,
  requestId: string | undefined,
  heldWarnings: readonly string[],
): string {
  const named: JsonObject = {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
  const warnings = heldWarnings.length === 0 ? {} : { warnings: heldWarnings };
  // The order is the contract's; a fact can never replace what the error itself says.
  const body = { ...named, ...warnings, ...error.facts, ...named };
  return `${escapeJsonText(JSON.stringify({ error: body }))}\n`;
}

function errorText(
  error: InvError,
  requestId: string | undefined,
  { style, verbosity }: MessagesOptions,
): readonly string[] {
  const [firstHint, ...moreHints] = error.hint?.split('\n') ?? [];
  const [message, ...details] = messageLines(error);
  return [
    `${style.red(style.mark.fail)} ${message} ${style.dim(`[${error.code}]`)}`,
    ...details.map((detail) => `  ${detail}`),
    ...(firstHint === undefined ? [] : [`  ${style.cyan('try:')} ${firstHint}`]),
    ...moreHints.map((hint) => `       ${hint}`),
    ...(requestId === undefined || !mayRunAgain(error)
      ? []
      : [`  ${style.dim('request id:')} ${requestId}`]),
    ...(verbosity === 'debug' ? traceOf(error) : []),
  ];
}

/**
 * Several problems stand one on a line, under the first line of the message, which is our own. They
 * are taken from the facts: a line break in data must never begin a line.
 */
function messageLines({ message, facts }: InvError): readonly [string, ...string[]] {
  const problems = Array.isArray(facts['problems']) ? facts['problems'] : [];
  if (problems.length < 2) return [message];
  const [first = ''] = message.split('\n');
  return [first, ...problems.map(problemText)];
}

function problemText(problem: JsonValue): string {
  if (typeof problem !== 'object' || problem === null || Array.isArray(problem)) {
    return String(problem);
  }
  const { location, message } = problem as JsonObject;
  return [location, message].filter((part) => typeof part === 'string').join(': ');
}

/** Whether the same request may be sent again: then its id matters. After a plain refusal it is noise. */
function mayRunAgain({ exitCode }: InvError): boolean {
  return exitCode === 69 || exitCode === 75 || exitCode >= 130;
}

/** The whole chain of causes, for `--debug`. */
function traceOf(error: Error): readonly string[] {
  const lines = (error.stack ?? error.message).split('\n').map((line) => `  ${line}`);
  return error.cause instanceof Error ? [...lines, '  caused by:', ...traceOf(error.cause)] : lines;
}
