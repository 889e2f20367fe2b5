import type { Context } from '../../context.ts';
export async function runDbWait(_context: Context): Promise<void> {
  await Promise.resolve();
}
