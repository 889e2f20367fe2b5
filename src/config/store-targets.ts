import { badConfiguration } from './problem.ts';
import type { Problem } from './problem.ts';
import type { Config } from './config.ts';
import { isLocal, parseStoreAddress } from './store-address.ts';
import type { StoreAddress } from './store-address.ts';

/** TLS always verifies the certificate and the name in it; null means the usual authorities and the host. */
export interface TlsTarget {
  readonly caFile: string | null;
  readonly serverName: string;
}

export interface UrlTarget extends Omit<StoreAddress, 'isTlsAsked'> {
  readonly kind: 'url';
  /** null: plain text. */
  readonly tls: TlsTarget | null;
}

export type StoreTarget =
  /** The private server of this user, started on demand. */
  | { readonly kind: 'private' }
  /** The other store has an address and this one has none: commands that need it must say so. */
  | { readonly kind: 'unconfigured'; readonly setting: 'mysql.url' | 'redis.url' }
  | UrlTarget;

export interface StoreTargets {
  readonly mysql: StoreTarget;
  readonly redis: StoreTarget;
}

/**
 * Decides where each store is. Both stores are private or neither is: a private Redis beside somebody's
 * shared MySQL would be a second truth that nobody else sees.
 * @throws InvError BAD_CONFIGURATION when an address is malformed, or remote without TLS.
 */
export function storeTargets(config: Config): StoreTargets {
  const mysql = targetOf('mysql', config);
  const redis = targetOf('redis', config);
  const problems = [mysql, redis].filter((result) => 'message' in result);
  if ('message' in mysql || 'message' in redis) throw badConfiguration(problems);
  return { mysql, redis };
}

/** What is wrong with the addresses when they are taken together with the settings around them. */
export function storeProblems(config: Config): readonly Problem[] {
  return [targetOf('mysql', config), targetOf('redis', config)].filter((part) => 'message' in part);
}

/** @throws InvError BAD_CONFIGURATION, for a command that needs a store which has no address. */
export function unconfiguredStore(setting: 'mysql.url' | 'redis.url'): Error {
  const other = setting === 'mysql.url' ? 'redis.url' : 'mysql.url';
  return badConfiguration(
    [
      {
        location: setting,
        setting,
        message: `is not set while ${other} is; this command needs both stores at known addresses`,
      },
    ],
    `Set INV_${setting.replace('.', '_').toUpperCase()}, or unset ${other} to use private servers for both.`,
  );
}

const NODES_WITHOUT_URL: Problem = {
  location: 'redis.cluster_nodes',
  setting: 'redis.cluster_nodes',
  message:
    'is set while redis.url is not, and names more nodes of the cluster which that belongs to',
};

function targetOf(store: 'mysql' | 'redis', config: Config): StoreTarget | Problem {
  const settings = config[store];
  const setting = `${store}.url` as const;
  if (settings.url === null) {
    if (store === 'redis' && config.redis.clusterNodes !== null) return NODES_WITHOUT_URL;
    const isOtherSet = (store === 'mysql' ? config.redis.url : config.mysql.url) !== null;
    return isOtherSet ? { kind: 'unconfigured', setting } : { kind: 'private' };
  }
  const parsed = parseStoreAddress(store, settings.url);
  if (!parsed.ok) return { location: setting, setting, message: parsed.reason };

  const { isTlsAsked, ...address } = parsed.address;
  const hasTls = isTlsAsked || settings.tlsCaFile !== null || settings.tlsServerName !== null;
  if (!hasTls && !settings.insecure && !isLocal(parsed.address)) {
    return {
      location: setting,
      setting,
      message:
        `points to another machine (${address.host}) without TLS: ` +
        `use ${store}s://…, name the authority in ${store}.tls_ca_file, ` +
        `or allow plain text with ${store}.insecure`,
    };
  }
  const tls = hasTls
    ? { caFile: settings.tlsCaFile, serverName: settings.tlsServerName ?? address.host }
    : null;
  return { kind: 'url', ...address, password: settings.password ?? address.password, tls };
}
