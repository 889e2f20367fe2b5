import type { CatalogueStatus, LivePool } from './product-store.ts';
import type { WriteContext } from './write-context.ts';

export interface Location {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly status: CatalogueStatus;
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly actor: string;
  readonly requestId: string;
}

export interface AddLocationOutcome {
  readonly status: 'added' | 'exists';
  readonly location: Location;
}

export type EditLocationOutcome =
  | { readonly status: 'edited' | 'unchanged'; readonly before: Location; readonly after: Location }
  | { readonly status: 'version_conflict'; readonly location: Location };

export type ArchiveLocationOutcome =
  | { readonly status: 'changed' | 'unchanged'; readonly location: Location }
  | {
      readonly status: 'has_stock';
      readonly products: number;
      readonly onHand: number;
      readonly reserved: number;
    }
  | { readonly status: 'has_pool'; readonly pool: LivePool };

/** Places that hold stock. There are few: a list is read whole. */
export interface LocationStore {
  find(code: string): Promise<Location | undefined>;
  list(status: CatalogueStatus | null): Promise<readonly Location[]>;
  add(
    location: { readonly code: string; readonly name: string },
    write: WriteContext,
  ): Promise<AddLocationOutcome>;
  rename(
    locationId: number,
    name: string,
    options: { readonly ifVersion: number | null; readonly write: WriteContext },
  ): Promise<EditLocationOutcome>;
  setStatus(
    locationId: number,
    status: CatalogueStatus,
    write: WriteContext,
  ): Promise<ArchiveLocationOutcome>;
}
