import type { Finding } from '../../domain/reconcile/finding.ts';
import { judgeLevel } from '../../domain/reconcile/judge-level.ts';
import { LedgerTail } from '../../domain/reconcile/ledger-tail.ts';
import { wrongRun, wrongSeal } from '../../domain/reconcile/ledger-findings.ts';
import type {
  LedgerEnds,
  LedgerSnapshot,
  ProductRange,
  ReconcileBooks,
  Suspect,
} from '../../ports/reconcile-books.ts';
import { FINDINGS_MAX } from './check-report.ts';
import type { CheckReport, OnProgress } from './check-report.ts';
import { checkPostings } from './check-postings.ts';
import { checkTail } from './check-tail.ts';
import { rangeOf, RangesThatAgree } from './ranges-that-agree.ts';

export interface LedgerCheck {
  /** null = all. */
  readonly productIds: readonly number[] | null;
  /** From the first movement on, whatever is sealed. */
  readonly isFull: boolean;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly onProgress: OnProgress;
}

/** Products whose every number is read, because something about them differs. */
const SUSPECTS_AT_ONCE = 200;
const TAIL_MOVEMENTS_AT_ONCE = 10_000;
/** Places with movements behind the seal that are kept in memory; with more, the ledger is read whole. */
const TAIL_PLACES_MAX = 200_000;
const RUNS_MAX = 100;

/**
 * Compares balances with the ledger and with the pools, all of one moment, in memory that does not grow
 * with either.
 * @throws InvError STORE_UNAVAILABLE
 */
export function checkLedger(books: ReconcileBooks, check: LedgerCheck): Promise<CheckReport> {
  return books.inSnapshot((snapshot) =>
    check.productIds === null
      ? checkAll(snapshot, check)
      : checkProducts(snapshot, check.productIds),
  );
}

async function checkProducts(
  snapshot: LedgerSnapshot,
  productIds: readonly number[],
): Promise<CheckReport> {
  const findings = await judge(snapshot, productIds);
  for (const id of productIds) {
    const runs = await snapshot.brokenRuns({ from: id, to: id }, RUNS_MAX);
    findings.push(...runs.map(wrongRun));
  }
  return { findings, unchecked: [], checked: { products: productIds.length } };
}

async function checkAll(
  snapshot: LedgerSnapshot,
  { isFull, random, onProgress }: LedgerCheck,
): Promise<CheckReport> {
  const ends = await snapshot.ends();
  const tail = isFull ? null : await readTail(snapshot, ends);
  const agreed = tail === null ? null : new RangesThatAgree(tail, random);
  const compared = { snapshot, ends, tail };
  const findings: Finding[] = [];
  const seen = new Set<string>();
  let stockRows = agreed === null ? await snapshot.stockRows() : 0;
  let product = await snapshot.nextProduct(0);
  while (product !== null && findings.length < FINDINGS_MAX) {
    const range =
      tail === null
        ? await snapshot.productsTogether({ from: product, to: rangeOf(product).to })
        : rangeOf(product);
    const look = await agreed?.look(snapshot, range);
    stockRows += look?.stockRows ?? 0;
    if (look?.isAgreed !== true) findings.push(...(await compareRange(compared, range, seen)));
    onProgress(Math.min(range.to, ends.lastProductId), ends.lastProductId);
    product = await snapshot.nextProduct(range.to);
  }
  if (tail !== null) {
    const { productIds, runs } = await checkTail(
      snapshot,
      tail,
      ({ productId, locationId }) =>
        agreed?.has(productId) === true || seen.has(`${productId}:${locationId}`),
    );
    findings.push(...(await judge(snapshot, productIds)), ...runs);
  }
  const after = tail === null ? 0 : ends.sealedPostingId;
  findings.push(...(await checkPostings(snapshot, { after, upTo: ends.lastPostingId })));
  return {
    findings,
    unchecked: [],
    checked: {
      stock_rows: stockRows,
      movements_from: tail === null ? 0 : ends.sealedTo,
      movements_to: ends.lastMovementId,
    },
  };
}

/** @returns null when there are too many behind the seal */
async function readTail(snapshot: LedgerSnapshot, ends: LedgerEnds): Promise<LedgerTail | null> {
  const tail = new LedgerTail();
  let after = ends.sealedTo;
  for (;;) {
    const movements = await snapshot.movementsAfter(after, TAIL_MOVEMENTS_AT_ONCE);
    for (const movement of movements) tail.add(movement);
    if (tail.size > TAIL_PLACES_MAX) return null;
    if (movements.length < TAIL_MOVEMENTS_AT_ONCE) return tail;
    after = movements.at(-1)?.id ?? after;
  }
}

interface Compared {
  readonly snapshot: LedgerSnapshot;
  readonly ends: LedgerEnds;
  readonly tail: LedgerTail | null;
}

async function compareRange(
  { snapshot, ends, tail }: Compared,
  range: ProductRange,
  seen: Set<string>,
): Promise<readonly Finding[]> {
  if (tail === null) {
    const suspects = await snapshot.suspectsByMovements(range);
    const seals = ends.sealedTo === 0 ? [] : await snapshot.wrongSeals(range, ends.sealedTo);
    const runs = await snapshot.brokenRuns(range, RUNS_MAX);
    return [
      ...(await judge(snapshot, productsOf(suspects))),
      ...seals.map(wrongSeal),
      ...runs.map(wrongRun),
    ];
  }
  const different = await snapshot.suspectsBySeals(range);
  for (const { productId, locationId } of different) {
    if (tail.find(productId, locationId) !== undefined) seen.add(`${productId}:${locationId}`);
  }
  const suspects = different.filter((suspect) => !isExplained(suspect, tail));
  const findings = await judge(snapshot, productsOf(suspects));
  return [...findings, ...(await blameSeals({ snapshot, ends, tail }, suspects, findings))];
}

/** On hand is the sealed sum and what has moved since. */
function isExplained(
  { productId, locationId, onHand, sum, isReservedOff }: Suspect,
  tail: LedgerTail,
): boolean {
  return !isReservedOff && onHand - sum === (tail.find(productId, locationId)?.quantity ?? 0);
}

/** Where the movements themselves agree with on hand, it is the sealed sum that is wrong. */
async function blameSeals(
  { snapshot, ends }: Compared,
  suspects: readonly Suspect[],
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  const guilty = new Set(findings.map(({ productId }) => productId));
  const innocent = productsOf(suspects).filter((id) => !guilty.has(id));
  const blamed: Finding[] = [];
  for (const id of innocent) {
    const wrong = await snapshot.wrongSeals({ from: id, to: id }, ends.sealedTo);
    blamed.push(...wrong.map(wrongSeal));
  }
  return blamed;
}

/** Reads every number of these products anew, from the first movement on, and judges it. */
async function judge(snapshot: LedgerSnapshot, productIds: readonly number[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (
    let at = 0;
    at < productIds.length && findings.length < FINDINGS_MAX;
    at += SUSPECTS_AT_ONCE
  ) {
    const levels = await snapshot.levels(productIds.slice(at, at + SUSPECTS_AT_ONCE));
    findings.push(...levels.flatMap(judgeLevel));
  }
  return findings;
}

function productsOf(suspects: readonly Suspect[]): readonly number[] {
  return [...new Set(suspects.map(({ productId }) => productId))];
}
