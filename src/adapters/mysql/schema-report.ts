import { errnoOf, ERRNO } from './errors.ts';
import type { InvError } from '../../lib/errors.ts';
import { readMigrations } from './migration-files.ts';
import type { Migration } from './migration-files.ts';
import { schemaProblem } from './schema-state.ts';
import type { AppliedMigration } from './schema-state.ts';
import type { Session } from './session.ts';

/** How the schema of a database stands against this inv, in full. */
export interface SchemaReport {
  /** The highest version that is applied; 0 when none is. */
  readonly version: number;
  /** The version this inv works with. */
  readonly latest: number;
  readonly pending: readonly Migration[];
  readonly state: 'current' | 'behind' | 'missing' | 'newer' | 'half-applied' | 'edited';
  /** Why `inv db migrate` would refuse, if it would. */
  readonly problem: InvError | null;
}

export async function readSchemaReport(session: Session, directory: string): Promise<SchemaReport> {
  const known = await readMigrations(directory);
  const applied = await readApplied(session);
  const pending = known.filter(({ version }) => !applied.some((row) => row.version === version));
  return {
    version: Math.max(0, ...applied.map((row) => row.version)),
    latest: Math.max(0, ...known.map((migration) => migration.version)),
    pending,
    state: stateOf(known, applied, pending.length),
    problem: schemaProblem(known, applied),
  };
}

function stateOf(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
  pendingCount: number,
): SchemaReport['state'] {
  if (applied.some((row) => row.appliedAt === null)) return 'half-applied';
  const originals = applied.map((row) => known.find(({ version }) => version === row.version));
  if (originals.includes(undefined)) return 'newer';
  if (applied.some((row, at) => originals[at]?.checksum !== row.checksum)) return 'edited';
  if (applied.length === 0) return 'missing';
  return pendingCount === 0 ? 'current' : 'behind';
}

async function readApplied(session: Session): Promise<readonly AppliedMigration[]> {
  try {
    return await session.rows<AppliedMigration>(
      'SELECT version, name, checksum, applied_at AS appliedAt FROM schema_migrations ORDER BY version',
    );
  } catch (error) {
    if (errnoOf(error) === ERRNO.noSuchTable) return [];
    throw error;
  }
}
