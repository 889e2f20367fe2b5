import type { Readable, Writable } from 'node:stream';
import type { InvError } from '../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';

/** The contract between commands and the terminal layer: what a command hands over to be shown. */
export type OutputFormat = 'table' | 'json' | 'ndjson' | 'csv' | 'tsv';

export type Verbosity = 'quiet' | 'normal' | 'verbose' | 'debug';

/** What one output stream can show. Each stream is judged on its own. */
export interface StreamProfile {
  readonly isTty: boolean;
  /** Never 0: a terminal that reports 0 columns counts as 80. */
  readonly columns: number;
  readonly color: boolean;
  readonly unicode: boolean;
  readonly animate: boolean;
}

export type StyleName = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export type Paint = (text: string) => string;

/**
 * Styled text may be mixed with data freely and handed to any method of `Terminal`: styles travel
 * as private marks, and become colour (or nothing) when the stream is known, so that whatever
 * escape sequences the data holds are made visible instead of being obeyed.
 */
export interface Style extends Readonly<Record<StyleName, Paint>> {
  readonly mark: {
    readonly ok: string;
    readonly fail: string;
    readonly warn: string;
    readonly arrow: string;
    readonly ellipsis: string;
  };
}

export interface Column {
  readonly key: string;
  readonly title: string;
  /** Without it, a column that holds numbers only is aligned right. */
  readonly align?: 'left' | 'right';
  /** On a narrow terminal the lowest priority shrinks first (default 0). */
  readonly priority?: number;
  /** For people only: csv, tsv and json carry the value itself. */
  readonly format?: (value: JsonValue | undefined, row: JsonObject) => string;
  readonly style?: (value: JsonValue | undefined, row: JsonObject) => StyleName | undefined;
}

export interface Presentation {
  /** The one document of `--json`; lists are arrays. */
  readonly document: JsonValue;
  /** Rows of ndjson, csv, tsv and table. Without them the document itself is the single row. */
  readonly rows?: readonly JsonObject[] | undefined;
  readonly columns?: readonly Column[] | undefined;
  /** What people read in place of a table, one string a line. */
  readonly human?: ((style: Style) => readonly string[]) | undefined;
  /** What people read (on stderr) when there are no rows. */
  readonly empty?: string | undefined;
  /** A line under the table, for people only (on stderr). */
  readonly footer?: string | undefined;
  /**
   * Says what was written. It is never refused for an unknown `--fields` name, which would be exit 2
   * for something that is done: the field is shown empty, with a warning.
   */
  readonly receipt?: boolean | undefined;
}

export interface RowStream {
  readonly columns: readonly Column[];
  readonly rows: AsyncIterable<JsonObject>;
  readonly empty?: string | undefined;
  readonly footer?: ((count: number) => string | undefined) | undefined;
}

export interface Progress {
  /** `total` where it is known only now, or has changed; in the unit of `done`. */
  readonly update: (done: number, text?: string, total?: number) => void;
  /** The final text is shown only if the progress itself was. */
  readonly stop: (finalText?: string) => void;
}

/** What a command says that runs for hours. */
export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** `alarm`: a person should look. */
  readonly level: 'info' | 'warn' | 'alarm';
  readonly message: string;
  /** Beside time, level and message in the JSON line. */
  readonly facts?: JsonObject | undefined;
}

/** One line of the present state. Cut to the width of the terminal, never wrapped. */
export interface StateLine {
  readonly text: string;
  readonly style?: StyleName | undefined;
}

export interface Monitor {
  /** Writes a line with its time to stderr at once; with `--json` a JSON object. `--quiet` keeps warnings. */
  readonly log: (entry: LogEntry) => void;
  /** Draws the present state below the log, in place of what stood there. Only where stderr animates. */
  readonly show: (lines: readonly StateLine[]) => void;
  /** Takes the state away. */
  readonly stop: () => void;
}

export interface TerminalStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

export type OutputStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface Terminal {
  readonly stdin: { readonly isTty: boolean };
  readonly stdout: StreamProfile;
  readonly stderr: StreamProfile;
  readonly format: OutputFormat;
  /** Whether a person can be asked: stdin and stdout are terminals, no `--no-input`, no CI. */
  readonly interactive: boolean;
  readonly quiet: boolean;
  readonly verbosity: Verbosity;
  readonly style: Style;
  /** For the prompts and the scan loop, which own their line of the terminal. */
  readonly streams: TerminalStreams;
  /**
   * Prints the result of a command to stdout in the chosen format.
   * @throws OutputClosed when the reader has gone; InvError USAGE for an unknown `--fields` name.
   */
  readonly print: (presentation: Presentation) => Promise<void>;
  /**
   * Checks `--fields` before a write is sent.
   * @throws InvError USAGE for a name that is none of these
   */
  readonly checkFields: (known: readonly string[]) => void;
  /** Like `print`, for lists of any length in bounded memory. */
  readonly printStream: (stream: RowStream) => Promise<void>;
  /** Text that is ours already: help topics, completion scripts. Data in it is sanitised by the caller. */
  readonly write: (text: string) => Promise<void>;
  readonly success: (text: string) => void;
  readonly note: (text: string) => void;
  /**
   * With `--json` warnings wait for the result, or go into the `warnings` of the error: a failure is
   * one line on stderr. For the same reason `success` and `note` say nothing there.
   */
  readonly warn: (text: string) => void;
  /** Shown with `--verbose` only. */
  readonly detail: (text: string) => void;
  /** The error for people, or its one JSON line for scripts. */
  readonly fail: (error: InvError, requestId?: string) => void;
  /** Shows nothing before a second has passed. `total` is in the unit of `update`. */
  readonly progress: (title: string, total?: number) => Progress;
  /** For a command that runs until it is stopped. */
  readonly monitor: () => Promise<Monitor>;
}

export interface TerminalOptions extends TerminalStreams {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the user asked for; without it a terminal gets tables and a pipe gets TSV. */
  readonly format?: OutputFormat | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet: boolean;
  readonly verbosity: Verbosity;
  readonly noInput: boolean;
}
