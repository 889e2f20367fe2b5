import type { WriteContext } from '../ports/write-context.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Context } from './context.ts';
import type { Style } from './terminal/types.ts';

export interface Written<T> {
  readonly value: T;
  readonly requestId: string;
  readonly dryRun: boolean;
}

/** Runs one write under its request id, which the user is told when the command is cut off meanwhile. */
export async function writing<T>(
  context: Context,
  requestId: string | undefined,
  work: (write: WriteContext) => Promise<T>,
): Promise<Written<T>> {
  const { dryRun } = context.globals;
  const write = { requestId: requestId ?? context.newRequestId(), origin: context.origin, dryRun };
  context.writing(dryRun ? null : write.requestId);
  const value = await work(write);
  context.writing(null);
  return { value, requestId: write.requestId, dryRun };
}

/** What every written document begins with. */
export function writtenFacts(
  { requestId, dryRun }: Omit<Written<unknown>, 'value'>,
  replayed: boolean,
): JsonObject {
  return { request_id: requestId, replayed, ...(dryRun ? { dry_run: true } : {}) };
}

/** The closing line of a write for people. */
export function requestLine(
  { requestId, dryRun }: Omit<Written<unknown>, 'value'>,
  { replayed, style }: { readonly replayed: boolean; readonly style: Style },
): string {
  if (dryRun) return style.dim('  dry run: nothing was written');
  const note = replayed ? ' was done before: nothing changed again' : '';
  return style.dim(`  request ${requestId}${note}`);
}
