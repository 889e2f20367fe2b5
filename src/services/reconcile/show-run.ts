import { InvError } from '../../lib/errors.ts';
import type { RecordedFinding, RecordedRun } from '../../ports/reconcile-books.ts';
import type { ReconcileDependencies } from './dependencies.ts';

export interface ShownRun {
  readonly run: RecordedRun;
  readonly findings: readonly RecordedFinding[];
}

/**
 * A run that was kept, with what it found and mended.
 * @param name its id, or `last`
 * @throws InvError NOT_FOUND
 */
export async function showRun(
  { books }: Pick<ReconcileDependencies, 'books'>,
  name: string,
): Promise<ShownRun> {
  const [last] = name === 'last' ? await books.runs({ limit: 1 }) : [];
  const run = last ?? (await books.findRun(name));
  if (run === undefined) {
    throw new InvError('NOT_FOUND', `there is no run ${name}`, {
      hint: 'inv reconcile history',
      facts: { run_id: name },
    });
  }
  return { run, findings: await books.findingsOf(run.runId) };
}
