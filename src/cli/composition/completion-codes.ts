import { readCompletionCodes } from '../../adapters/mysql/completion-codes.ts';
import type { CompletionCode } from '../../adapters/mysql/completion-codes.ts';
import { openDatabase } from '../../adapters/mysql/database.ts';
import { storeTargets } from '../../config/store-targets.ts';
import { findRunning } from '../../local/state-file.ts';
import { mysqlLimits, mysqlPlace } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';

export type CodeKind = Parameters<typeof readCompletionCodes>[1];

/** Somebody waits with a finger on the Tab key. */
const ANSWER_TIMEOUT_MS = 300;

/** Codes of the database that begin with what was typed; none when it does not answer at once. */
export async function completionCodes(
  options: MysqlStoreOptions,
  kind: CodeKind,
  typed: string,
): Promise<readonly CompletionCode[]> {
  const { clock } = options;
  const answered = new AbortController();
  const nothing = clock.sleep(ANSWER_TIMEOUT_MS, answered.signal).then(() => []);
  nothing.catch(() => undefined);
  try {
    return await Promise.race([read(options, kind, typed), nothing]);
  } catch {
    return [];
  } finally {
    answered.abort();
  }
}

async function read(
  options: MysqlStoreOptions,
  kind: CodeKind,
  typed: string,
): Promise<readonly CompletionCode[]> {
  const { config, local, clock } = options;
  // The Tab key starts no servers.
  const isPrivate = storeTargets(config).mysql.kind === 'private';
  if (isPrivate && findRunning(local) === undefined) return [];
  const place = await mysqlPlace(options);
  const limits = {
    ...mysqlLimits(config),
    poolSizeMax: 1,
    acquireTimeoutMs: ANSWER_TIMEOUT_MS,
    connectTimeoutMs: ANSWER_TIMEOUT_MS,
    statementTimeoutMs: ANSWER_TIMEOUT_MS,
    transactionAttemptsMax: 1,
  };
  const database = await openDatabase({ target: place.application, limits, clock });
  try {
    return await database.read((session) => readCompletionCodes(session, kind, typed));
  } finally {
    await database.close();
  }
}
