import type { Config } from '../../../config/config.ts';
import { storeTargets } from '../../../config/store-targets.ts';
import { InvError } from '../../../lib/errors.ts';

/**
 * A load test takes all that a server can give, so it does not run on one that may be in use. The
 * private servers are this user's own.
 * @throws InvError REFUSED when the configured stores are neither marked for tests nor named by hand
 */
export function refuseUnmarked(config: Config, confirmed: string | undefined): void {
  const target = storeTargets(config).mysql;
  if (target.kind !== 'url' || config.loadtest.allowed) return;
  const { database } = target;
  if (confirmed === database) return;
  const what = `the stores of ${database} are not marked for tests`;
  const message = confirmed === undefined ? what : `${what}, and --confirm-target names another`;
  throw new InvError('REFUSED', `${message}; nothing was touched`, {
    hint: `--confirm-target ${database}, if nobody needs these servers now; or loadtest.allowed: true in the configuration of test servers`,
    facts: { database },
  });
}
