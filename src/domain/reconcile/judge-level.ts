import { ON_HAND_MAX } from '../posting.ts';
import { aboutPlace, placeName } from './finding.ts';
import type { Finding, StockPlace } from './finding.ts';

/** A stock row beside what it follows from, of one moment. Base units. */
export interface LevelBooks extends StockPlace {
  /** null: there is no stock row. */
  readonly onHand: number | null;
  readonly reserved: number;
  /** Sum of all movements there. */
  readonly ledgerSum: number;
  readonly movements: number;
  /** What the pools there may still sell, and what their quarantine keeps. */
  readonly promised: number;
}

/** Invariants 1 and 2 of the books, for one product at one location. */
export function judgeLevel(level: LevelBooks): readonly Finding[] {
  return [...judgeSum(level), ...judgeBalance(level), ...judgeReserved(level)];
}

/** More went out than ever came in: no number that is written down can mend that. */
function judgeSum(level: LevelBooks): readonly Finding[] {
  const { ledgerSum } = level;
  if (ledgerSum >= 0) return [];
  const evidence = `${placeName(level)}: the movements add up to ${ledgerSum}: ${-ledgerSum} units left that never came in`;
  return [
    {
      ...aboutPlace(level),
      check: 'ledger.limits',
      severity: 'violation',
      expected: 0,
      actual: ledgerSum,
      evidence,
      remedy: person(`inv stock history ${level.sku}`),
    },
  ];
}

function judgeBalance(level: LevelBooks): readonly Finding[] {
  const { onHand, ledgerSum, movements } = level;
  if ((onHand ?? 0) === ledgerSum) return [];
  const name = placeName(level);
  const says = onHand === null ? 'there is no stock row' : `the stock row says ${onHand}`;
  const counted = movements === 1 ? 'the one movement adds' : `the ${movements} movements add`;
  return [
    {
      ...aboutPlace(level),
      check: 'ledger.balance',
      severity: 'drift',
      expected: ledgerSum,
      actual: onHand ?? 0,
      evidence: `${name}: ${counted} up to ${ledgerSum}, ${says}`,
      remedy: balanceRemedy(level),
    },
  ];
}

/** The ledger is the truth, as long as a stock row can say what it says. */
function balanceRemedy(level: LevelBooks): Finding['remedy'] {
  const { ledgerSum, promised, onHand, sku } = level;
  const isPossible = ledgerSum >= promised && ledgerSum <= ON_HAND_MAX && onHand !== null;
  return isPossible ? { kind: 'balance' } : person(`inv stock why ${sku}`);
}

function judgeReserved(level: LevelBooks): readonly Finding[] {
  const { onHand, reserved, promised, ledgerSum } = level;
  const name = placeName(level);
  if (reserved !== promised) {
    // A balance that is wrong as well is mended first, so the ledger says what there is.
    const isPossible = promised >= 0 && promised <= ledgerSum && onHand !== null;
    return [
      {
        ...aboutPlace(level),
        check: 'ledger.reserved',
        severity: 'drift',
        expected: promised,
        actual: reserved,
        evidence: `${name}: ${reserved} are reserved, pools account for ${promised}`,
        remedy: isPossible ? { kind: 'reserved' } : person(`inv pool show ${level.sku}`),
      },
    ];
  }
  const isWithin = reserved >= 0 && reserved <= (onHand ?? 0);
  if (isWithin || (onHand ?? 0) !== ledgerSum) return [];
  return [
    {
      ...aboutPlace(level),
      check: 'ledger.limits',
      severity: 'violation',
      expected: Math.max(0, onHand ?? 0),
      actual: reserved,
      evidence: `${name}: ${reserved} are promised to pools and ${onHand ?? 0} are on hand`,
      remedy: person(`inv stock why ${level.sku}`),
    },
  ];
}

function person(command: string): Finding['remedy'] {
  return { kind: 'person', command };
}
