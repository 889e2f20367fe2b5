import type { Rules } from './rules.ts';
import type { ScenarioName } from './scenarios.ts';

/** Rules switched off together, and where the simulator must notice. */
export interface Mutation {
  readonly off: readonly (keyof Rules)[];
  readonly scenario: ScenarioName;
  /** Seeds from 0 that are tried; several times as many as it took when this was written. */
  readonly seedsMax: number;
  /** The violation to wait for, where one of the rules alone already breaks something else. */
  readonly code?: string;
}

const one = (off: keyof Rules, scenario: ScenarioName, seedsMax: number): Mutation => ({
  off: [off],
  scenario,
  seedsMax,
});

export const MUTATIONS: readonly Mutation[] = [
  one('fenceToken', 'rollback', 300),
  one('fenceGeneration', 'amnesia', 4_000),
  one('settleOnVersion', 'xtrim', 4_000),
  one('bookingRaisesVersion', 'xtrim', 4_000),
  one('positionFollowsStream', 'clock', 600),
  one('positionRises', 'clock', 2_500),
  one('identityInScripts', 'corrupt', 300),
  one('repairFromProof', 'corrupt', 300),
  one('repairFromNewestEvent', 'corrupt', 2_000),
  one('createOncePerEpoch', 'holds', 300),
  one('loadPurgesHolds', 'holds', 300),
  one('createPurgesHolds', 'holds', 1_500),
  one('oldEpochsAreOver', 'clock', 1_500),
  one('beginCloses', 'rollback', 300),
  one('controlCarriesBegin', 'clock', 1_500),
  one('lossIsRemembered', 'empty', 2_000),
  one('quarantine', 'empty', 2_000),
  one('closedPoolsAreChecked', 'holds', 1_000),
  one('recoveryNoticesRestore', 'calm-restore', 300),
  one('settlementNoticesRestore', 'mysql-restore', 4_000),
  one('tailFromOneRead', 'quiet', 100),
  one('attributeByRecord', 'xtrim', 500),
  one('tailFromRecords', 'corrupt', 6_000),
  one('returnAttribution', 'xtrim', 1_500),
  one('duplicatesGiveBack', 'quiet', 500),
  one('lookupFirst', 'quiet', 200),
  one('noIsRecorded', 'quiet', 1_000),
  one('noIsRenewed', 'crowd', 6_000),
  one('noOutlivesBudget', 'crowd', 2_000),
  one('lateIsRefused', 'crowd', 4_000),
  one('voidIsLast', 'direct', 2_500),
  one('voidCarriesGeneration', 'amnesia', 4_000),
  one('doubtsAreKept', 'quiet', 200),
  one('generationPerSeries', 'amnesia', 3_000),
  one('recordsOutliveSettlement', 'quiet', 1_500),
  // Beside the identity check in the scripts this is a second net: look for what only it catches.
  {
    off: ['identityInScripts', 'withdrawNotNegative'],
    scenario: 'corrupt',
    seedsMax: 500,
    code: 'event without units',
  },
  // While LOAD purges, no hold of an earlier epoch is left that the epoch would have to tell apart.
  {
    off: ['loadPurgesHolds', 'holdsCarryEpoch'],
    scenario: 'holds',
    seedsMax: 1_000,
    code: 'I1 counters',
  },
  // A void meets a sale only where another rule has failed before; then SOLD must win.
  {
    off: ['voidIsLast', 'saleReplacesVoid'],
    scenario: 'direct',
    seedsMax: 2_500,
    code: 'executed but not booked',
  },
];
