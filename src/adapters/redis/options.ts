import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { RedisOptions } from 'ioredis';
import type { RedisLimits, RedisTarget } from './target.ts';

/** The driver's options, spelled out: nothing is queued, nothing is sent twice, nothing waits for ever. */
export function redisOptions(
  target: RedisTarget,
  limits: RedisLimits,
): RedisOptions & { readonly replyMapping: 'legacy' } {
  const { address, user, password, tls } = target;
  return {
    ...('socketPath' in address
      ? { path: address.socketPath }
      : { host: address.host, port: address.port }),
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
    // The driver would go on in database 0 where another one is refused: connection.ts selects it.
    db: 0,
    protocol: 2,
    replyMapping: 'legacy',
    lazyConnect: true,
    connectTimeout: limits.connectTimeoutMs,
    commandTimeout: limits.commandTimeoutMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => null,
    // A server that is loading its data says so in its answers; the driver would wait for it.
    enableReadyCheck: false,
    disableClientInfo: true,
    autoResubscribe: false,
    ...(tls === null
      ? {}
      : {
          tls: {
            rejectUnauthorized: true,
            ...identityOf(tls.serverName),
            ...(tls.ca === null ? {} : { ca: tls.ca }),
          },
        }),
  };
}

/** An address is not sent to the server, as RFC 6066 wants it; its certificate must name it all the same. */
function identityOf(name: string): Pick<ConnectionOptions, 'servername' | 'checkServerIdentity'> {
  if (isIP(name) === 0) return { servername: name };
  return {
    servername: '',
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  };
}
