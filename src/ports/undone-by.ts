/** The reversal by which a posting is undone. */
export interface UndoneBy {
  readonly requestId: string;
  readonly postingId: number;
  readonly movementIds: readonly number[];
  /** ISO 8601 UTC. */
  readonly at: string;
}
