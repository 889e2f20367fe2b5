import { join } from 'node:path';
import { openDatabase } from '../../adapters/mysql/database.ts';
import type { Migration } from '../../adapters/mysql/migration-files.ts';
import { readSchemaReport } from '../../adapters/mysql/schema-report.ts';
import type { SchemaReport } from '../../adapters/mysql/schema-report.ts';
import { answeringPlace, migratePlace, mysqlLimits } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';

/** The schema in the hands of its operator. Both start the private server when it is the one in use. */
export interface SchemaControl {
  /**
   * @returns the migrations that were applied, or would be
   * @throws InvError BAD_CONFIGURATION for an edited, half-applied or newer schema; BUSY
   */
  migrate(options: { readonly dryRun: boolean }): Promise<readonly Migration[]>;
  report(): Promise<SchemaReport>;
}

export function schemaControl(options: MysqlStoreOptions): SchemaControl {
  return {
    migrate: async ({ dryRun }) => migratePlace(await answeringPlace(options), options, { dryRun }),
    report: async () => {
      const place = await answeringPlace(options);
      const database = await openDatabase({
        // On a private server that was never migrated the application account may see nothing.
        target: place.admin,
        limits: { ...mysqlLimits(options.config), poolSizeMax: 1 },
        clock: options.clock,
      });
      try {
        const directory = join(options.packageRoot, 'sql', 'migrations');
        return await database.read((session) => readSchemaReport(session, directory));
      } finally {
        await database.close();
      }
    },
  };
}
