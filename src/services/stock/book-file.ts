import { isBooked } from '../../domain/posting.ts';
import type { PostingDraft, PostingOutcome } from '../../domain/posting.ts';
import { assert } from '../../lib/assert.ts';
import { InvError } from '../../lib/errors.ts';
import { createImportTally } from '../files/import-report.ts';
import type { ImportReport, ImportTally, LineError } from '../files/import-report.ts';
import { draftLines, readLine } from './file-lines.ts';
import type { FileLine, FileMeaning, ReadLine } from './file-lines.ts';
import type { StockDependencies } from './post-stock.ts';
import { refusalError } from './refusal.ts';

export interface BookFileOptions {
  readonly meaning: FileMeaning;
  /** All lines or none, in one transaction. */
  readonly atomic: boolean;
  /** Decides everything in one transaction and rolls it back. */
  readonly dryRun: boolean;
  /** Lines of one transaction, unless `atomic` or `dryRun` ask for a single one. */
  readonly batchLinesMax: number;
  readonly signal: AbortSignal;
  readonly onProgress: (lines: number) => void;
  /** Told of every refused line, in the order they are decided. */
  readonly onReject: (error: LineError) => void;
}

/** Locks and undo of one transaction stay bounded. */
const ONE_TRANSACTION_LINES_MAX = 200_000;

interface Work {
  readonly dependencies: StockDependencies;
  readonly options: BookFileOptions;
  readonly tally: ImportTally;
}

interface NumberedDraft {
  readonly line: number;
  readonly draft: PostingDraft;
}

/**
 * Books the lines of a file in their order, each a request of its own, so that the same file moves
 * stock once however often it is run, and a run that was cut off is finished by the next.
 * @throws InvError when a store fails (what was booked stays booked, a rerun goes on), INVALID_INPUT
 *   for a file that is too long for one transaction, INTERRUPTED between two batches
 */
export async function bookFile(
  dependencies: StockDependencies,
  batches: AsyncIterable<readonly FileLine[]>,
  options: BookFileOptions,
): Promise<ImportReport> {
  const tally = createImportTally();
  const work: Work = { dependencies, options, tally };
  const single = options.atomic || options.dryRun;
  const waiting: NumberedDraft[] = [];
  let underWay: Promise<void> = Promise.resolve();
  for await (const batch of batches) {
    throwIfAborted(options.signal, tally);
    for (const drafts of await readBatch(work, batch)) {
      if (single) waiting.push(...drafts);
      else {
        // The next lines are read while MySQL books these: each batch still waits for the one before.
        await underWay;
        underWay = book(work, drafts);
        underWay.catch(() => undefined);
      }
    }
    if (waiting.length > ONE_TRANSACTION_LINES_MAX) throw tooLong();
  }
  await underWay;
  if (single && waiting.length > 0) await bookSingle(work, waiting);
  return tally.report(options.meaning.fileSha256);
}

/** Reads and resolves lines; a request id comes at most once in each of the lists returned. */
async function readBatch(
  { dependencies, options, tally }: Work,
  batch: readonly FileLine[],
): Promise<readonly (readonly NumberedDraft[])[]> {
  const readable: ReadLine[] = [];
  const reject = (error: LineError): void => {
    tally.fail(error);
    options.onReject(error);
  };
  for (const fileLine of batch) {
    tally.line();
    const read = readLine(fileLine, options.meaning);
    if ('error' in read) reject(read.error);
    else readable.push(read);
  }
  const lists: NumberedDraft[][] = [];
  const placed = new Map<string, number>();
  for (const drafted of await draftLines(readable, options.meaning, dependencies)) {
    if ('error' in drafted) {
      reject(drafted.error);
      continue;
    }
    const { requestId } = drafted.draft;
    const full = lists.findLastIndex((list) => list.length >= options.batchLinesMax);
    const at = Math.max((placed.get(requestId) ?? -1) + 1, full + 1);
    (lists[at] ??= []).push(drafted);
    placed.set(requestId, at);
  }
  return lists;
}

async function book(work: Work, drafts: readonly NumberedDraft[]): Promise<void> {
  const { dependencies, options, tally } = work;
  const outcomes = await dependencies.strategy.post(
    drafts.map(({ draft }) => draft),
    { atomic: options.atomic, dryRun: options.dryRun },
  );
  for (const [at, numbered] of drafts.entries()) {
    const outcome = outcomes[at];
    assert(outcome !== undefined, 'every draft has an outcome');
    count(work, numbered, outcome);
  }
  options.onProgress(tally.counts().lines);
}

/** All lines in one transaction; after a refused one, an atomic file reports the others as withheld. */
async function bookSingle(work: Work, drafts: readonly NumberedDraft[]): Promise<void> {
  const seen = new Map<string, NumberedDraft>();
  const unique: NumberedDraft[] = [];
  for (const numbered of drafts) {
    const earlier = seen.get(numbered.draft.requestId);
    if (earlier === undefined) {
      seen.set(numbered.draft.requestId, numbered);
      unique.push(numbered);
    } else if (earlier.draft.fingerprint === numbered.draft.fingerprint) {
      work.tally.replayed();
    } else {
      refuse(work, numbered, { status: 'conflict' });
    }
  }
  if (work.options.atomic && work.tally.counts().failed > 0) {
    // Nothing is booked now; but lines that are booked already must be told from lines that wait.
    return countKnown(work, unique);
  }
  await book(work, unique);
}

async function countKnown(
  { dependencies, tally }: Work,
  drafts: readonly NumberedDraft[],
): Promise<void> {
  if (drafts.length === 0) return;
  const outcomes = await dependencies.strategy.post(
    drafts.map(({ draft }) => draft),
    { atomic: true, dryRun: true },
  );
  for (const outcome of outcomes) if (outcome.status === 'replayed') tally.replayed();
}

function count(work: Work, numbered: NumberedDraft, outcome: PostingOutcome): void {
  if (outcome.status === 'posted') work.tally.applied();
  else if (outcome.status === 'settling') {
    if (outcome.replayed) work.tally.replayed();
    else work.tally.applied();
  } else if (isBooked(outcome)) work.tally.replayed();
  else if (outcome.status !== 'withheld') {
    refuse(work, numbered, outcome);
  }
}

function refuse(
  { tally, options }: Work,
  { line, draft }: NumberedDraft,
  outcome: Parameters<typeof refusalError>[0],
): void {
  const { code, message } = refusalError(outcome, draft.requestId);
  const error = { line, code, message, sku: draft.lines[0]?.sku ?? null };
  tally.fail(error);
  options.onReject(error);
}

function throwIfAborted(signal: AbortSignal, tally: ImportTally): void {
  if (!signal.aborted) return;
  throw new InvError('INTERRUPTED', `interrupted after ${String(tally.counts().lines)} lines`, {
    hint: 'run the same command again: lines that are booked are not booked twice',
  });
}

function tooLong(): InvError {
  return new InvError(
    'INVALID_INPUT',
    `a file for one transaction (--atomic, --dry-run) has at most ${String(ONE_TRANSACTION_LINES_MAX)} lines`,
    { hint: 'split the file, or use --continue' },
  );
}
