import type { Context } from '../../context.ts';

export interface CleanOptions {
  readonly confirmed: string | undefined;
}

/** Removes databases and keys of runs that were killed. */
export async function runLoadtestClean(
  { operator, terminal, globals }: Context,
  { confirmed }: CleanOptions,
): Promise<void> {
  const { dryRun } = globals;
  const { removed, running } = await operator.cleanRuns({ dryRun, confirmed });
  await terminal.print({
    document: { removed, running, ...(dryRun ? { dry_run: true } : {}) },
    human: (style) => [
      `${style.green(style.mark.ok)} ${removed.length === 0 ? 'nothing was left behind' : `${dryRun ? 'would remove' : 'removed'} ${removed.join(', ')}`}`,
      ...running.map((run) => `  ${run} is running and left alone`),
    ],
    receipt: true,
  });
}
