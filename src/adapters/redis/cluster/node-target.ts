import { InvError } from '../../../lib/errors.ts';
import { isLoopback } from '../../../lib/loopback.ts';
import type { RedisTarget } from '../target.ts';
import type { NodeAddress } from './moved.ts';

/**
 * Another node of the cluster that `asked` belongs to: with the same account, and TLS where that has it.
 * @throws InvError BAD_CONFIGURATION: it is on another machine, and plain text was not allowed for that
 */
export function nodeTarget(asked: RedisTarget, { host, port }: NodeAddress): RedisTarget {
  const askedHost = 'host' in asked.address ? asked.address.host : 'localhost';
  const address = { host: host === '' ? askedHost : host, port };
  const label = `${address.host}:${port}`;
  if (asked.tls === null && isLoopback(askedHost) && !isLoopback(address.host)) {
    throw new InvError(
      'BAD_CONFIGURATION',
      `a node of the cluster of Redis is on another machine (${label}), and there is no TLS`,
      {
        hint: 'name that machine in redis.url, with rediss:// or redis.insecure',
        facts: { store: 'redis' },
      },
    );
  }
  const { tls } = asked;
  // A name that is not the host's was configured, for all of them.
  const isOwnName = tls?.serverName === askedHost;
  return {
    ...asked,
    label,
    address,
    tls: tls === null || !isOwnName ? tls : { ...tls, serverName: address.host },
  };
}
