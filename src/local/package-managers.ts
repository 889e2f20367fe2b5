import type { ServerKind } from './options.ts';

export interface PackageManager {
  program: string;
  needsRoot: boolean;
  /** Brings the list of packages up to date, where that is a step of its own. */
  refresh: readonly string[] | null;
  install: readonly string[];
  /** Sets of packages in order of preference: names differ between releases of a system. */
  packages: Record<ServerKind, readonly (readonly string[])[]>;
  /** On a machine with systemd: commands that keep the system's own service from being started. */
  guards: Partial<Record<ServerKind, { before: string[][]; after: string[][] }>>;
}

/** RUNLEVEL=1 keeps init scripts from starting what is installed, where there is no systemd. */
const APT = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get'];
/** Another apt may be at work (unattended upgrades); a mirror may be slow. */
const APT_BOUNDS = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::http::Timeout=30'];

const MARIADB_CORE = ['', '-10.6', '-10.5', '-10.3'].map((suffix) => [
  `mariadb-server-core${suffix}`,
  `mariadb-client-core${suffix}`,
]);

export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    program: 'apt-get',
    needsRoot: true,
    refresh: [...APT, 'update', '-q', ...APT_BOUNDS],
    install: [...APT, 'install', '-q', '-y', '--no-install-recommends', ...APT_BOUNDS],
    packages: {
      // The core packages hold programs and no service.
      mysql: [...MARIADB_CORE, ['mysql-server-core-8.0']],
      redis: [['redis-server'], ['valkey-server']],
    },
    guards: {
      redis: {
        // --runtime: should we be killed in between, the next boot undoes it.
        before: [['systemctl', 'mask', '--runtime', 'redis-server.service']],
        after: [
          ['systemctl', 'unmask', '--runtime', 'redis-server.service'],
          ['systemctl', 'disable', 'redis-server.service'],
        ],
      },
    },
  },
  ...['dnf', 'microdnf', 'yum'].map((program) => ({
    program,
    needsRoot: true,
    refresh: null,
    install: [program, 'install', '-y'],
    packages: { mysql: [['mariadb-server'], ['mysql-server']], redis: [['redis'], ['valkey']] },
    // These systems start nothing that they have just installed.
    guards: {},
  })),
  {
    program: 'apk',
    needsRoot: true,
    refresh: null,
    install: ['apk', 'add', '--no-progress'],
    packages: { mysql: [['mariadb']], redis: [['redis'], ['valkey']] },
    guards: {},
  },
  {
    program: 'brew',
    // Homebrew refuses to run as root.
    needsRoot: false,
    refresh: null,
    install: ['brew', 'install'],
    packages: { mysql: [['mariadb']], redis: [['redis'], ['valkey']] },
    guards: {},
  },
];
