import { choice, optionalChoice, flag, integer, path, secret, text, url } from './setting.ts';
import type { Setting, SettingValue } from './setting.ts';
import { STOCK_SETTINGS } from './stock-settings.ts';

const MILLISECONDS = 'milliseconds';
const DAY_MS = 86_400_000;

/**
 * Every setting, declared once. From this table follow the checks, the environment names, the TypeScript
 * type of the configuration, the file inventory.config.yaml and what `inv config show` prints.
 * The order here is the order in which people see them.
 */
export const SETTINGS = {
  home: path(
    'Folder of the private servers and the local journal (null: $XDG_DATA_HOME/inv, else ~/.local/share/inv).',
  ),
  actor: text(
    {
      default: null,
      pattern: /^\P{Cc}{1,128}$/u,
      wants: '1 to 128 characters on one line',
      flag: '--actor',
    },
    'Name written beside every movement (null: the name of the operating-system user).',
  ),
  timeout_ms: integer(
    { default: null, min: 1, max: DAY_MS, unit: MILLISECONDS, flag: '--timeout' },
    'Longest time that one command may take (null: no limit of its own).',
  ),

  'output.format': optionalChoice(
    { choices: ['table', 'json', 'ndjson', 'csv', 'tsv'], flag: '--format' },
    'Shape of the result (null: a table on a terminal, TSV in a pipe).',
  ),
  'output.color': choice(
    { default: 'auto', choices: ['auto', 'always', 'never'], flag: '--color' },
    'When to use colour; auto means on a terminal and without NO_COLOR.',
  ),

  'mysql.url': url(
    'mysql',
    'MySQL or MariaDB to use, as mysql://user@host:3306/database (null: a private server on this machine).',
  ),
  'mysql.password': secret('Password for MySQL; better kept in the environment than in a file.'),
  'mysql.tls_ca_file': path(
    'Certificate authority that signed the server of MySQL, as a PEM file; turns TLS on.',
  ),
  'mysql.tls_server_name': hostName(
    'Host name to expect in the certificate of MySQL; turns TLS on (null: the host of the address).',
  ),
  'mysql.insecure': flag(false, 'Allow MySQL on another machine without TLS.'),
  'mysql.pool_size_max': integer(
    { default: 8, min: 1, max: 256, unit: 'connections' },
    'Connections to MySQL that one process keeps at most.',
  ),
  'mysql.queue_size_max': integer(
    { default: 1024, min: 1, max: 100_000, unit: 'callers' },
    'Callers inside one process that may wait for a connection to MySQL at most.',
  ),
  'mysql.acquire_timeout_ms': integer(
    { default: 5000, min: 10, max: 600_000, unit: MILLISECONDS },
    'Longest wait for a free connection to MySQL.',
  ),
  'mysql.connect_timeout_ms': integer(
    { default: 3000, min: 10, max: 600_000, unit: MILLISECONDS },
    'Longest wait for MySQL to accept a new connection.',
  ),
  'mysql.statement_timeout_ms': integer(
    { default: 30_000, min: 100, max: DAY_MS, unit: MILLISECONDS },
    'Longest time that one statement may run in MySQL.',
  ),
  'mysql.lock_wait_timeout_ms': integer(
    { default: 5000, min: 1000, max: 600_000, unit: MILLISECONDS },
    'Longest wait for a row that another writer has locked; the server counts whole seconds.',
  ),

  'redis.url': url(
    'redis',
    'Redis or Valkey to use, as redis://host:6379/0 or rediss://… (null: a private server on this machine).',
  ),
  'redis.cluster_nodes': text(
    {
      default: null,
      pattern: /^[\w.:[\]-]+:\d{1,5}(, ?[\w.:[\]-]+:\d{1,5}){0,15}$/,
      wants: 'up to 16 nodes as host:port, with commas between them',
    },
    'More nodes of the cluster that redis.url belongs to, asked when that one is away (null: none).',
  ),
  'redis.password': secret('Password for Redis; better kept in the environment than in a file.'),
  'redis.key_prefix': text(
    { default: 'inv', pattern: /^[A-Za-z0-9_-]{1,32}$/, wants: '1 to 32 letters, digits, - or _' },
    'First part of the name of every key in Redis.',
  ),
  'redis.tls_ca_file': path(
    'Certificate authority that signed the server of Redis, as a PEM file; turns TLS on.',
  ),
  'redis.tls_server_name': hostName(
    'Host name to expect in the certificate of Redis; turns TLS on (null: the host of the address).',
  ),
  'redis.insecure': flag(false, 'Allow Redis on another machine without TLS.'),
  'redis.connect_timeout_ms': integer(
    { default: 2000, min: 10, max: 600_000, unit: MILLISECONDS },
    'Longest wait for Redis to accept a new connection.',
  ),
  'redis.command_timeout_ms': integer(
    { default: 2000, min: 10, max: 600_000, unit: MILLISECONDS },
    'Longest wait for the answer of Redis to one command.',
  ),

  ...STOCK_SETTINGS,

  'pools.shards': integer(
    { default: 1, min: 1, max: 64, unit: 'shards' },
    'Shards that pools are spread over in Redis; it can be raised, and lowered when the pools of the last ones are closed.',
  ),
  'pools.fallback': choice(
    { default: 'none', choices: ['none', 'mysql'] },
    'What serves an order when Redis cannot: nobody, or MySQL from the units outside of the pool.',
  ),
  'pools.auto_open_units': integer(
    { default: 0, min: 0, max: 1_000_000_000_000, unit: 'units' },
    'Units that "stock out --strategy lua" hands to a new pool when the product has none (0: it says so instead).',
  ),
  'pools.budget_ms': integer(
    { default: 10_000, min: 100, max: 600_000, unit: MILLISECONDS },
    'Longest life of the attempts of one request; then its outcome is "unknown", and asking again is safe.',
  ),
  'pools.retention_ms': integer(
    { default: 600_000, min: 1000, max: DAY_MS, unit: MILLISECONDS },
    'How long Redis remembers refusals and settled sales; at least twice pools.budget_ms and the skew of clocks.',
  ),
  'pools.loss_limit_units': integer(
    { default: null, min: 1, max: 1_000_000_000_000, unit: 'units' },
    'Acknowledged units that a crash of Redis may lose at most, per pool bucket (null: no bound; see docs/pools.md).',
  ),
  'pools.backlog_entries_max': integer(
    { default: 1_000_000, min: 100, max: 1_000_000_000, unit: 'entries' },
    'Entries of the stream of one shard at which its pools answer "busy" instead of selling more.',
  ),
  'pools.batch_requests_max': integer(
    { default: 256, min: 1, max: 1000, unit: 'requests' },
    'Requests of one process that travel to a shard in one script call at most.',
  ),
  'pools.calls_in_flight_max': integer(
    { default: 4, min: 1, max: 64, unit: 'calls' },
    'Script calls of one process that a shard is answering at the same time at most.',
  ),

  'reconcile.late_ms': integer(
    { default: 60_000, min: 1000, max: DAY_MS, unit: MILLISECONDS },
    'Time after which a sale that nobody has booked and a due hold that nobody has given back are differences.',
  ),

  'worker.batch_events_max': integer(
    { default: 2000, min: 1, max: 20_000, unit: 'events' },
    'Events that are settled in one transaction at most.',
  ),
  'worker.poll_ms': integer(
    { default: 100, min: 1, max: 60_000, unit: MILLISECONDS },
    'Wait before the worker looks again when it found nothing to do.',
  ),
  'worker.reconcile_cron': text(
    { default: '0 2 * * *', pattern: /^(off|[0-9*,/ -]{9,100})$/, wants: 'five fields, or off' },
    'When inv worker run checks everything, as five fields of cron in UTC; off: never by itself.',
  ),
  'worker.heartbeat_ms': integer(
    { default: 5000, min: 100, max: 600_000, unit: MILLISECONDS },
    'Longest time without a mark in the settlement log, by which an older copy of MySQL is noticed.',
  ),

  'retry.attempts_max': integer(
    { default: 3, min: 1, max: 100, unit: 'attempts' },
    'Attempts in all when a store does not answer.',
  ),
  'retry.base_ms': integer(
    { default: 1000, min: 1, max: 60_000, unit: MILLISECONDS },
    'Wait before the second attempt.',
  ),
  'retry.factor': integer(
    { default: 2, min: 1, max: 10, unit: 'times' },
    'Growth of the wait from one attempt to the next.',
  ),
  'retry.total_ms_max': integer(
    { default: 15_000, min: 1, max: 3_600_000, unit: MILLISECONDS },
    'Longest time for all attempts together.',
  ),

  'files.batch_lines_max': integer(
    { default: 2000, min: 1, max: 50_000, unit: 'lines' },
    'Lines of an imported file that go to MySQL together at most.',
  ),
  'files.lines_max': integer(
    { default: 5_000_000, min: 1, max: 100_000_000, unit: 'lines' },
    'Lines that an imported file may have.',
  ),
  'files.line_bytes_max': integer(
    { default: 65_536, min: 1024, max: 16_777_216, unit: 'bytes' },
    'Length that one line of an imported file may have.',
  ),

  'loadtest.allowed': flag(
    false,
    'The configured stores are for tests: inv loadtest may use them without --confirm-target.',
  ),

  'local.autostart': flag(true, 'Start the private servers when a command needs them.'),
  'local.start_timeout_ms': integer(
    { default: 30_000, min: 1000, max: 600_000, unit: MILLISECONDS },
    'Longest wait for a private server to answer after its start.',
  ),
} satisfies Record<string, Setting>;

export type SettingPath = keyof typeof SETTINGS;

/** The type of one setting's value, as declared. */
export type ValueOf<Path extends SettingPath> = (typeof SETTINGS)[Path]['default'] & SettingValue;

/** Every path in the order of the declaration. */
export const SETTING_PATHS: readonly SettingPath[] = Object.keys(SETTINGS).filter(isSettingPath);

export function isSettingPath(name: string): name is SettingPath {
  return Object.hasOwn(SETTINGS, name);
}

/** The declaration of one setting, without its own value type. */
export function settingAt(name: SettingPath): Setting {
  return SETTINGS[name];
}

/** `mysql.pool_size_max` → `INV_MYSQL_POOL_SIZE_MAX`. */
export function environmentNameOf(name: SettingPath): string {
  return `INV_${name.replaceAll('.', '_').toUpperCase()}`;
}

/** Secrets and addresses (which may carry a password) can stand in a file of their own. */
export function fileEnvironmentNameOf(name: SettingPath): string | undefined {
  const setting = settingAt(name);
  const isSensitive = setting.secret === true || setting.rule.kind === 'url';
  return isSensitive ? `${environmentNameOf(name)}_FILE` : undefined;
}

function hostName(description: string): Setting<string | null> {
  return text(
    { default: null, pattern: /^[A-Za-z0-9.-]{1,253}$/, wants: 'a host name' },
    description,
  );
}
