import type { Context } from '../../context.ts';

export async function runDbMigrate(context: Context): Promise<void> {
  const { terminal, globals } = context;
  const schema = await context.operator.schema();
  const progress = terminal.progress('migrating');
  try {
    const migrations = await schema.migrate(globals);
    const { version } = await schema.report();
    progress.stop();
    const applied = migrations.map(({ version: number, name }) => ({ version: number, name }));
    await terminal.print({
      document: { applied, version, ...(globals.dryRun ? { dry_run: true } : {}) },
      rows: applied,
      columns: MIGRATION_COLUMNS,
      human: (style) => {
        if (applied.length === 0) {
          return [`${style.green(style.mark.ok)} the schema is at version ${String(version)}`];
        }
        const verb = globals.dryRun ? 'would apply' : 'applied';
        return applied.map((row) => `${style.green(style.mark.ok)} ${verb} ${labelOf(row)}`);
      },
    });
  } finally {
    progress.stop();
  }
}

const MIGRATION_COLUMNS = ['version', 'name'].map((key) => ({ key, title: key }));

/** The name of its file: `0001_catalogue`. */
export function labelOf({ version, name }: { version: number; name: string }): string {
  return `${String(version).padStart(4, '0')}_${name}`;
}
