/**
 * The rules of the pool protocol that can be switched off one by one. The simulator must find a
 * violation without each of them; a rule whose absence hurts nothing would not be needed.
 */
export interface Rules {
  /** A script compares the token of the library's upvalue with the one in the data. */
  readonly fenceToken: boolean;
  /** A script compares the generation it was sent with the one of the shard. */
  readonly fenceGeneration: boolean;
  /** Settlement compares the version it read, not only the last event id. */
  readonly settleOnVersion: boolean;
  /** Booking lost events raises the version, so that batches already read fail. */
  readonly bookingRaisesVersion: boolean;
  /** A recovery moves the settled position to the last id that the stream has generated. */
  readonly positionFollowsStream: boolean;
  /** It moves up, too: what is healthy is settled, and must not be read again. */
  readonly positionRises: boolean;
  /** A selling script refuses a pool whose counters do not add up. */
  readonly identityInScripts: boolean;
  /** A repair believes only the last event of the stream, or settled books, about units sold. */
  readonly repairFromProof: boolean;
  /** The last event proves the counters only when it is the pool's newest. */
  readonly repairFromNewestEvent: boolean;
  /** A pool is created once an epoch, and only while nothing of it is settled. */
  readonly createOncePerEpoch: boolean;
  /** A return takes no negative number of units. */
  readonly withdrawNotNegative: boolean;
  /** Loading a pool removes its holds and turns their records into NO. */
  readonly loadPurgesHolds: boolean;
  /** Creating a pool over an older one, or a deleted one, does the same. */
  readonly createPurgesHolds: boolean;
  /** Events and records of an epoch that was rebuilt meanwhile are over: neither booked nor believed. */
  readonly oldEpochsAreOver: boolean;
  /** A hold belongs to an epoch of its pool. */
  readonly holdsCarryEpoch: boolean;
  /** BEGIN closes Redis, and LOAD and ADOPT work on a closed one only. */
  readonly beginCloses: boolean;
  /** LOAD and ADOPT carry the generation and the token of their BEGIN. */
  readonly controlCarriesBegin: boolean;
  /** That data was lost is remembered in Redis until it is adopted. */
  readonly lossIsRemembered: boolean;
  /** A recovery also looks at the pools that MySQL calls closed. */
  readonly closedPoolsAreChecked: boolean;
  /** A recovery that may have lost sales keeps the loss limit in quarantine. */
  readonly quarantine: boolean;
  /** A recovery that finds MySQL older than Redis freezes the shard. */
  readonly recoveryNoticesRestore: boolean;
  /** Settlement and idle workers compare the settlement that Redis knows with the log. */
  readonly settlementNoticesRestore: boolean;
  /** What is settled and where the stream stands come from one read after the one of Redis. */
  readonly tailFromOneRead: boolean;
  /** Lost events are booked under the ids that their records name. */
  readonly attributeByRecord: boolean;
  /** Lost events at the end are counted from their records; a damaged pool's own sum proves nothing. */
  readonly tailFromRecords: boolean;
  /** The units returned among lost events are known from the running total of returns. */
  readonly returnAttribution: boolean;
  /** A settled sale that finds its id already booked gives the units back. */
  readonly duplicatesGiveBack: boolean;
  /** A settled sale that finds a recorded NO of MySQL becomes the sale. */
  readonly saleReplacesVoid: boolean;
  /** A request that others may know is looked up before it is sent. */
  readonly lookupFirst: boolean;
  /** A NO to any attempt but the first of a fresh id is recorded in Redis. */
  readonly noIsRecorded: boolean;
  /** An attempt answered from a recorded NO makes it live on from now. */
  readonly noIsRenewed: boolean;
  /** A recorded NO lives longer than two series of attempts. */
  readonly noOutlivesBudget: boolean;
  /** Redis does not execute an attempt whose time is over. */
  readonly lateIsRefused: boolean;
  /** The driver never sends a command again by itself: "not executed" would speak of the last copy only. */
  readonly driverSendsOnce: boolean;
  /** VOID counts only while the shard has the generation whose Redis said NO. */
  readonly voidCarriesGeneration: boolean;
  /** After sending VOID a client never goes back to Redis. */
  readonly voidIsLast: boolean;
  /** MySQL's "not enough" is no answer while an attempt may still have sold. */
  readonly doubtsAreKept: boolean;
  /** A series keeps the generation its process knew before the LOOKUP. */
  readonly generationPerSeries: boolean;
  /** A CONFIRM that finds no hold records the NO. */
  readonly confirmRecordsNo: boolean;
  /** The record of a sale lives until the sale is settled. */
  readonly recordsOutliveSettlement: boolean;
}

/** The protocol as it is: every rule holds. */
export const PROTOCOL: Rules = {
  fenceToken: true,
  fenceGeneration: true,
  settleOnVersion: true,
  bookingRaisesVersion: true,
  positionFollowsStream: true,
  positionRises: true,
  identityInScripts: true,
  repairFromProof: true,
  repairFromNewestEvent: true,
  createOncePerEpoch: true,
  withdrawNotNegative: true,
  loadPurgesHolds: true,
  createPurgesHolds: true,
  oldEpochsAreOver: true,
  holdsCarryEpoch: true,
  beginCloses: true,
  controlCarriesBegin: true,
  lossIsRemembered: true,
  closedPoolsAreChecked: true,
  quarantine: true,
  recoveryNoticesRestore: true,
  settlementNoticesRestore: true,
  tailFromOneRead: true,
  attributeByRecord: true,
  tailFromRecords: true,
  returnAttribution: true,
  duplicatesGiveBack: true,
  saleReplacesVoid: true,
  lookupFirst: true,
  noIsRecorded: true,
  noIsRenewed: true,
  noOutlivesBudget: true,
  lateIsRefused: true,
  driverSendsOnce: true,
  voidCarriesGeneration: true,
  voidIsLast: true,
  doubtsAreKept: true,
  generationPerSeries: true,
  confirmRecordsNo: true,
  recordsOutliveSettlement: true,
};

export function protocolWithout(...names: readonly (keyof Rules)[]): Rules {
  return names.reduce<Rules>((rules, name) => ({ ...rules, [name]: false }), PROTOCOL);
}
