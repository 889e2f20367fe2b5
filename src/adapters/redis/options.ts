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
            servername: tls.serverName,
            ...(tls.ca === null ? {} : { ca: tls.ca }),
          },
        }),
  };
}
