import { about, aboutPlace, placeName } from './finding.ts';
import type { Finding, StockPlace } from './finding.ts';

/** A movement that does not go on from the one before it. The ledger is never changed, so it stays so. */
export function wrongRun(
  run: StockPlace & {
    readonly movementId: number;
    readonly expected: number;
    readonly actual: number;
  },
): Finding {
  const { movementId, expected, actual } = run;
  return {
    ...aboutPlace(run),
    check: 'ledger.running',
    severity: 'notice',
    expected,
    actual,
    evidence: `${placeName(run)}: movement ${movementId} says ${actual} on hand after it, by the one before it there were ${expected}`,
    remedy: { kind: 'none' },
  };
}

export function wrongSeal(
  seal: StockPlace & { readonly sealed: number; readonly sum: number },
): Finding {
  const { sealed, sum } = seal;
  return {
    ...aboutPlace(seal),
    check: 'ledger.seals',
    severity: 'drift',
    expected: sum,
    actual: sealed,
    evidence: `${placeName(seal)}: the sealed sum is ${sealed}, the movements it stands for add up to ${sum}`,
    remedy: { kind: 'seals' },
  };
}

export function badPosting(posting: {
  readonly requestId: string;
  readonly kind: string;
  readonly problem: 'without' | 'reversal';
  readonly expected: number | null;
  readonly actual: number;
}): Finding {
  const { requestId, kind, problem, expected, actual } = posting;
  const evidence =
    problem === 'without'
      ? `request ${requestId} (${kind}) is booked and has no movement`
      : `request ${requestId} reverses ${-(expected ?? 0)} units by ${actual}`;
  return {
    ...about(`request ${requestId}`),
    check: 'ledger.posting',
    severity: 'violation',
    expected,
    actual,
    evidence,
    remedy: { kind: 'person', command: `inv stock history --request-id ${requestId}` },
  };
}
