import type { Clock } from '../../ports/clock.ts';
import type { MysqlFacts } from '../../ports/server-facts.ts';
import type { Session } from './session.ts';

const ROUND_TRIPS = 5;

const VARIABLES = [
  'auto_increment_increment',
  'binlog_format',
  'innodb_flush_log_at_trx_commit',
  'log_bin',
  'sql_mode',
  'sync_binlog',
  'time_zone',
  'transaction_isolation',
  'tx_isolation',
];

/** @param account whose grants are read: null for the account of this session */
export async function readMysqlFacts(
  session: Session,
  { clock, account }: { readonly clock: Clock; readonly account: string | null },
): Promise<MysqlFacts> {
  const [server] = await session.rows<{ version: string; user: string }>(
    'SELECT VERSION() AS version, CURRENT_USER() AS user',
  );
  const grants = await session.rows<Record<string, string>>(
    account === null ? 'SHOW GRANTS' : `SHOW GRANTS FOR ${account}`,
  );
  const [cipher] = await session.rows<{ Value: string }>("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
  return {
    version: server?.version ?? 'unknown',
    ...(await timings(session, clock)),
    variables: await readVariables(session),
    tlsCipher: cipher?.Value ?? '',
    account: account ?? quoted(server?.user ?? ''),
    grants: grants.map((row) => Object.values(row)[0] ?? ''),
  };
}

async function timings(
  session: Session,
  clock: Clock,
): Promise<{ latencyMs: number; clockOffsetMs: number }> {
  const samples: { tookMs: number; offsetMs: number }[] = [];
  for (let round = 0; round < ROUND_TRIPS; round += 1) {
    const startedAtMs = clock.monotonic();
    const before = clock.now();
    const [row] = await session.rows<{ now: string }>(
      'SELECT CAST(UTC_TIMESTAMP(3) AS CHAR) AS now',
    );
    const tookMs = clock.monotonic() - startedAtMs;
    const serverMs = Date.parse(`${(row?.now ?? '').replace(' ', 'T')}Z`);
    samples.push({ tookMs, offsetMs: serverMs - (before + tookMs / 2) });
  }
  const [, , median] = samples.sort((a, b) => a.tookMs - b.tookMs);
  return { latencyMs: median?.tookMs ?? 0, clockOffsetMs: median?.offsetMs ?? 0 };
}

/** Those that tell what a crash can lose, and how ids come. */
export async function readVariables(session: Session): Promise<ReadonlyMap<string, string>> {
  const names = VARIABLES.map((name) => `'${name}'`).join(', ');
  const rows = await session.rows<{ Variable_name: string; Value: string }>(
    `SHOW SESSION VARIABLES WHERE Variable_name IN (${names})`,
  );
  return new Map(rows.map((row) => [row.Variable_name, row.Value]));
}

/** `inv@localhost` → `'inv'@'localhost'`. */
function quoted(account: string): string {
  const at = account.lastIndexOf('@');
  return `'${account.slice(0, at)}'@'${account.slice(at + 1)}'`;
}
