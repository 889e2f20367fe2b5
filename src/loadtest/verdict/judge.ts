import type { Case } from './evidence.ts';
import type { InvariantResult } from './invariant.ts';
import { judgeDuplicates, judgeUnknown } from './judge-answers.ts';
import { judgeBuyers } from './judge-buyers.ts';
import { judgeSettlement, judgeTraces } from './judge-settlement.ts';
import { judgeAgreement, judgeConservation, judgeNegative } from './judge-stores.ts';
import { judgeOversold, judgeUndersold } from './judge-supply.ts';

/** The ten invariants of a run, in their order, from the generator's history against both stores. */
export function judge(subject: Case): readonly InvariantResult[] {
  return [
    judgeOversold(subject),
    judgeUndersold(subject),
    judgeSettlement(subject),
    judgeDuplicates(subject),
    judgeBuyers(subject),
    judgeTraces(subject),
    judgeConservation(subject),
    judgeAgreement(subject),
    judgeNegative(subject),
    judgeUnknown(subject),
  ];
}
