import { NO_MESSAGE_FAULTS } from './network.ts';
import type { MessageFaults } from './network.ts';
import type { RequestShares } from './oracle.ts';

/** What may be done to the stores and the actors; weights against each other. */
export interface FaultWeights {
  readonly crashActor: number;
  readonly pauseActor: number;
  readonly jumpTime: number;
  readonly stepClock: number;
  readonly restart: number;
  readonly rollback: number;
  readonly empty: number;
  readonly flush: number;
  readonly deletePool: number;
  readonly removeEntry: number;
  readonly removeEntryAndRecord: number;
  readonly trimByHand: number;
  readonly corrupt: number;
  readonly restoreMysql: number;
}

/** A mix of load and faults. */
export interface Scenario {
  readonly requests: number;
  readonly shares: RequestShares;
  /** Processes that work on one shared request, at most. */
  readonly rivalsMax: number;
  readonly systemActors: {
    readonly workers: number;
    readonly coordinators: number;
    readonly reconcilers: number;
  };
  /** The share of steps that goes to the system however many clients there are. */
  readonly systemShare: number;
  readonly topUps: number;
  readonly closes: number;
  /** Clients arrive within so many ticks. */
  readonly arrivalTicksMax: number;
  readonly direct: number;
  readonly skewTicks: number;
  readonly lossLimitShare: number;
  readonly messages: MessageFaults;
  readonly faultsMax: number;
  /** Faults wait until Redis has recorded a NO, which is what they shall destroy. */
  readonly isFaultAfterNo: boolean;
  readonly faults: Partial<FaultWeights>;
}

const FEW_LOST: MessageFaults = { lostRequest: 0.02, lostReply: 0.03, late: 0.02, resent: 0.01 };

const BASE: Scenario = {
  requests: 7,
  shares: { holds: 0.3, shared: 0.4 },
  rivalsMax: 2,
  systemActors: { workers: 1, coordinators: 1, reconcilers: 1 },
  systemShare: 0.3,
  topUps: 2,
  closes: 0,
  arrivalTicksMax: 90,
  direct: 0.15,
  skewTicks: 15,
  lossLimitShare: 0,
  messages: FEW_LOST,
  faultsMax: 4,
  isFaultAfterNo: false,
  faults: { pauseActor: 2, crashActor: 1, jumpTime: 1 },
};

const LIFE = { pauseActor: 2, crashActor: 2, jumpTime: 2, stepClock: 1 };
const MANY = { workers: 2, coordinators: 2, reconcilers: 2 };

/** The named mixes; every one is a world that the protocol must survive. */
export const SCENARIOS = {
  quiet: { ...BASE, faults: { pauseActor: 1, jumpTime: 1 } },
  crash: {
    ...BASE,
    systemActors: MANY,
    faultsMax: 6,
    faults: { ...LIFE, restart: 2 },
    messages: { lostRequest: 0.04, lostReply: 0.06, late: 0.04, resent: 0.02 },
  },
  crowd: {
    ...BASE,
    requests: 5,
    shares: { holds: 0.2, shared: 0.9 },
    rivalsMax: 4,
    topUps: 3,
    systemActors: { workers: 2, coordinators: 1, reconcilers: 1 },
    faultsMax: 8,
    faults: { pauseActor: 4, jumpTime: 4, crashActor: 1, stepClock: 1, deletePool: 0.5 },
  },
  rollback: {
    ...BASE,
    shares: { holds: 0.25, shared: 0.6 },
    rivalsMax: 3,
    systemActors: MANY,
    lossLimitShare: 0.4,
    faultsMax: 5,
    messages: { lostRequest: 0.02, lostReply: 0.03, late: 0.06, resent: 0.01 },
    faults: { ...LIFE, rollback: 4, restart: 1 },
  },
  empty: {
    ...BASE,
    systemActors: MANY,
    lossLimitShare: 0.4,
    faultsMax: 5,
    faults: { ...LIFE, empty: 2, flush: 2, deletePool: 1, restart: 1 },
  },
  churn: {
    ...BASE,
    systemActors: MANY,
    closes: 2,
    lossLimitShare: 0.2,
    skewTicks: 70,
    faultsMax: 6,
    faults: { ...LIFE, rollback: 3, restart: 1, flush: 1, stepClock: 3 },
  },
  corrupt: {
    ...BASE,
    systemActors: { workers: 2, coordinators: 1, reconcilers: 2 },
    closes: 1,
    faultsMax: 5,
    faults: { pauseActor: 1, crashActor: 1, jumpTime: 2, corrupt: 4, removeEntry: 1, restart: 0.5 },
  },
  xtrim: {
    ...BASE,
    systemActors: { workers: 2, coordinators: 1, reconcilers: 2 },
    closes: 1,
    faultsMax: 5,
    faults: { ...LIFE, removeEntry: 2, trimByHand: 1, removeEntryAndRecord: 1, restart: 0.5 },
  },
  holds: {
    ...BASE,
    shares: { holds: 1, shared: 0.4 },
    systemActors: { workers: 1, coordinators: 2, reconcilers: 2 },
    closes: 1,
    faultsMax: 5,
    faults: { ...LIFE, rollback: 1.5, restart: 1, deletePool: 1 },
  },
  clock: {
    ...BASE,
    systemActors: { workers: 2, coordinators: 1, reconcilers: 1 },
    skewTicks: 300,
    closes: 1,
    faultsMax: 7,
    faults: { stepClock: 5, rollback: 2, flush: 2, pauseActor: 1, crashActor: 1 },
  },
  amnesia: {
    ...BASE,
    requests: 5,
    shares: { holds: 0.5, shared: 0.9 },
    rivalsMax: 4,
    arrivalTicksMax: 50,
    direct: 0.03,
    topUps: 0,
    // Nothing is settled in time, so all that was sold is lost, and for sale again.
    systemActors: { workers: 0, coordinators: 1, reconcilers: 0 },
    systemShare: 0.6,
    messages: { lostRequest: 0.08, lostReply: 0.02, late: 0.08, resent: 0 },
    faultsMax: 5,
    isFaultAfterNo: true,
    faults: { rollback: 2, flush: 2, pauseActor: 4 },
  },
  direct: {
    ...BASE,
    requests: 6,
    direct: 0.45,
    topUps: 3,
    systemActors: { workers: 1, coordinators: 1, reconcilers: 1 },
    messages: { lostRequest: 0.08, lostReply: 0.12, late: 0.08, resent: 0.08 },
    faultsMax: 6,
    faults: { ...LIFE, restart: 4 },
  },
  'mysql-restore': {
    ...BASE,
    systemActors: MANY,
    faultsMax: 3,
    faults: { pauseActor: 1, crashActor: 1, jumpTime: 1, restoreMysql: 3, restart: 1 },
  },
  'calm-restore': {
    ...BASE,
    systemActors: MANY,
    messages: NO_MESSAGE_FAULTS,
    faultsMax: 4,
    faults: { pauseActor: 1, restoreMysql: 3, restart: 3 },
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
