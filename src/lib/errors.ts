import type { JsonObject } from './json.ts';

/**
 * Every way a command can fail, with the exit code a script sees (docs: `inv help exit-codes`).
 * The names are part of the contract: they are printed in `[BRACKETS]` and in JSON errors.
 */
export const EXIT_CODES = {
  /** A bug in inv. */
  UNEXPECTED: 1,
  /** Unknown command or flag, missing argument. Nothing was touched. */
  USAGE: 2,
  /** A value that does not parse or is out of range. Nothing was touched. */
  INVALID_INPUT: 2,
  /** A dangerous action without a terminal to ask on and without --yes. */
  CONFIRMATION_REQUIRED: 2,
  INSUFFICIENT_STOCK: 3,
  ARCHIVED: 3,
  ALREADY_EXISTS: 3,
  /** The pool is closed, or outside the window of its sale. */
  POOL_CLOSED: 3,
  /** The buyer has had what one buyer may have. */
  LIMIT_REACHED: 3,
  /** A rule of the books forbids it: archiving what still has stock, undoing an undo, … */
  REFUSED: 3,
  NOT_FOUND: 4,
  /** A request id that was used before with other content. */
  REQUEST_CONFLICT: 5,
  /** Somebody else changed the row first. */
  VERSION_CONFLICT: 5,
  DIFFERENCES: 6,
  PENDING: 6,
  INVARIANT_VIOLATED: 7,
  /** An `--expect` that does not hold. */
  THRESHOLD_MISSED: 8,
  /** What measures was the limit, not what is measured. */
  RUN_INVALID: 9,
  BATCH_PARTLY_DONE: 10,
  /** MySQL or Redis cannot be reached; nothing was executed. */
  STORE_UNAVAILABLE: 69,
  /** Redis was restarted or lost data, and its pools are being checked against the books; nothing was executed. */
  FENCED: 69,
  /** The answer was lost: rerun with the printed request id. */
  OUTCOME_UNKNOWN: 75,
  /** Another run holds the lock. */
  BUSY: 75,
  NOT_PERMITTED: 77,
  BAD_CONFIGURATION: 78,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

export interface InvErrorOptions {
  /** What the user can do next, best as a command to run. */
  hint?: string;
  cause?: unknown;
  /** Facts for scripts: they stand beside code and message in the JSON error. Never secrets. */
  facts?: JsonObject;
}

/** An operating failure that a user can understand: what happened and why (message), what helps (hint). */
export class InvError extends Error {
  override readonly name = 'InvError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly facts: JsonObject;

  constructor(code: ErrorCode, message: string, options: InvErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.facts = options.facts ?? {};
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
