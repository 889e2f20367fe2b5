import { InvError } from '../lib/errors.ts';
import type { Context } from './context.ts';

/**
 * Before units are handed to Redis: one that throws keys away when its memory is full would throw pools
 * away; in a cluster, any of its masters would. One that is away or does not tell its policy is let pass;
 * the doctor asks again.
 * @throws InvError BAD_CONFIGURATION, with the command that mends it
 */
export async function refuseEviction(context: Pick<Context, 'redis'>): Promise<void> {
  const store = await unlessSilent(() => context.redis());
  if (store === undefined) return;
  await refuseOne(store);
  for (const other of (await unlessSilent(() => store.others())) ?? []) await refuseOne(other);
}

type Asked = Pick<Awaited<ReturnType<Context['redis']>>, 'label' | 'info'>;

async function refuseOne({ label, info }: Asked): Promise<void> {
  const policy = (await unlessSilent(() => info('memory')))?.get('maxmemory_policy');
  if (policy === undefined || policy === 'noeviction') return;
  throw new InvError(
    'BAD_CONFIGURATION',
    `Redis at ${label} has the maxmemory-policy ${policy}: pools would vanish when its memory is full`,
    {
      hint: 'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in its configuration file',
      facts: { store: 'redis', maxmemory_policy: policy },
    },
  );
}

async function unlessSilent<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch (error) {
    const isSilent = error instanceof InvError && SILENT.has(error.code);
    if (!isSilent) throw error;
    return undefined;
  }
}

const SILENT: ReadonlySet<InvError['code']> = new Set(['STORE_UNAVAILABLE', 'NOT_PERMITTED']);
