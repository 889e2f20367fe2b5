import { InvError } from '../../lib/errors.ts';
import { errnoOf, ERRNO } from './errors.ts';
import type { Migration } from './migration-files.ts';
import type { Session } from './session.ts';
import { integer } from './values.ts';

export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  /** null = begun and never finished. */
  readonly appliedAt: string | null;
}

/** Why this inv must not touch the schema as it stands, or null. */
export function schemaProblem(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): InvError | null {
  for (const row of applied) {
    const migration = known.find((candidate) => candidate.version === row.version);
    const label = `${String(row.version).padStart(4, '0')}_${row.name}`;
    if (migration === undefined) {
      return new InvError(
        'BAD_CONFIGURATION',
        `the database has migration ${label}, which this inv does not know`,
        {
          hint: 'the schema is newer than this inv: upgrade inv',
        },
      );
    }
    if (row.appliedAt === null) {
      return new InvError('BAD_CONFIGURATION', `migration ${label} was begun and never finished`, {
        hint: 'restore the database from a backup, or finish the migration by hand and set applied_at in schema_migrations',
      });
    }
    if (migration.checksum !== row.checksum) {
      return new InvError(
        'BAD_CONFIGURATION',
        `migration ${label} was changed after it was applied here`,
        {
          hint: 'put the original file back; changes go into a new migration',
        },
      );
    }
  }
  return null;
}

/** How the schema stands against the version this inv works with. One small query. */
export async function readSchemaState(
  session: Session,
  latest: number,
): Promise<'current' | 'behind' | 'missing' | 'newer' | 'half-applied'> {
  try {
    const [row] = await session.rows<{ version: number | null; unfinished: number | null }>(
      'SELECT MAX(version) AS version, CAST(SUM(applied_at IS NULL) AS SIGNED) AS unfinished FROM schema_migrations',
    );
    const version = integer(row?.version ?? 0);
    if (integer(row?.unfinished ?? 0) > 0) return 'half-applied';
    if (version === 0) return 'missing';
    if (version === latest) return 'current';
    return version < latest ? 'behind' : 'newer';
  } catch (error) {
    if (errnoOf(error) === ERRNO.noSuchTable) return 'missing';
    throw error;
  }
}
