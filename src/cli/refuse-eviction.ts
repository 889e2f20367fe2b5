import { InvError } from '../lib/errors.ts';
import type { Context } from './context.ts';

/**
 * Before units are handed to Redis: one that throws keys away when its memory is full would throw pools
 * away. A Redis that is away or does not tell its policy is let pass; the doctor asks again.
 * @throws InvError BAD_CONFIGURATION, with the command that mends it
 */
export async function refuseEviction(context: Pick<Context, 'redis'>): Promise<void> {
  const found = await evictionPolicy(context);
  if (found === undefined || found.policy === 'noeviction') return;
  const { label, policy } = found;
  throw new InvError(
    'BAD_CONFIGURATION',
    `Redis at ${label} has the maxmemory-policy ${policy}: pools would vanish when its memory is full`,
    {
      hint: 'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in its configuration file',
      facts: { store: 'redis', maxmemory_policy: policy },
    },
  );
}

async function evictionPolicy(
  context: Pick<Context, 'redis'>,
): Promise<{ readonly label: string; readonly policy: string } | undefined> {
  try {
    const store = await context.redis();
    const policy = (await store.info('memory')).get('maxmemory_policy');
    return policy === undefined ? undefined : { label: store.label, policy };
  } catch (error) {
    const isSilent = error instanceof InvError && SILENT.has(error.code);
    if (!isSilent) throw error;
    return undefined;
  }
}

const SILENT: ReadonlySet<InvError['code']> = new Set(['STORE_UNAVAILABLE', 'NOT_PERMITTED']);
