/** The server process that answers. */
export interface GateProcess {
  /** Its identity, new with each start; null: it is not told. */
  readonly run: string | null;
  /** Whether it is sure to have had, when it began, all that was acknowledged before (see docs/pools.md). */
  readonly keepsAcknowledged: boolean;
}

/**
 * What BEGIN found: the shard is shut now, and `token` opens it again. `lossy`: the process or its data
 * is not the one of the last ADOPT. It stays true until the next ADOPT, through any number of BEGINs: a
 * recovery that was cut off after its BEGIN must not hide from the next one that data may be lost.
 */
export type BeginAnswer =
  | { readonly status: 'begun'; readonly lossy: boolean }
  /** Another recovery with this generation or a later one has begun. */
  | { readonly status: 'lost' };
