import { InvError } from '../lib/errors.ts';
import type { Context } from './context.ts';

/** For work that cannot be tried without being done. @throws InvError USAGE with --dry-run; nothing was touched */
export function refuseDryRun({ globals }: Context, why: string, hint: string): void {
  if (!globals.dryRun) return;
  throw new InvError('USAGE', `--dry-run: ${why}`, { hint });
}
