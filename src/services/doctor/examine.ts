import { InvError } from '../../lib/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { fail, skipped, warn } from './check.ts';
import type { Check } from './check.ts';
import { judgeMachine } from './judge-machine.ts';
import type { MachineFacts } from './judge-machine.ts';
import { judgeMysql, MYSQL_CHECK_IDS } from './judge-mysql.ts';
import type { MysqlFindings } from './judge-mysql.ts';
import { judgePools, POOLS_CHECK_IDS } from './judge-pools.ts';
import type { ShardFindings } from './judge-pools.ts';
import { judgeRedis, REDIS_CHECK_IDS } from './judge-redis.ts';
import type { RedisFindings } from './judge-redis.ts';

/** A store that no question was put to, and why. */
export interface Unasked {
  readonly kind: 'unasked';
  readonly severity: 'warn' | 'fail' | 'skipped';
  readonly message: string;
  readonly hint: string | null;
}

export interface ExamineSources {
  machine(): Promise<MachineFacts>;
  mysql(): Promise<MysqlFindings | Unasked>;
  redis(): Promise<RedisFindings | Unasked>;
  /** How settlement stands. It fails where the stores or the schema do, which their own checks say. */
  pools(): Promise<readonly ShardFindings[] | Unasked>;
}

export interface Examination {
  readonly checks: readonly Check[];
  /** Whether a store that is needed gave no answer. */
  readonly isStoreUnavailable: boolean;
}

/** Longest time for all questions to one store. */
const SOURCE_TIMEOUT_MS = 10_000;

/** Looks at the machine and both stores at once. Every question is bounded, and no failure escapes. */
export async function examine(sources: ExamineSources, clock: Clock): Promise<Examination> {
  const [machine, mysql, redis, pools] = await Promise.all([
    bounded(() => sources.machine(), 'this machine', clock),
    bounded(() => sources.mysql(), 'MySQL', clock),
    bounded(() => sources.redis(), 'Redis', clock),
    bounded(() => sources.pools(), 'settlement', clock),
  ]);
  return {
    checks: [
      ...('error' in machine
        ? [fail('machine.folder', machine.error.message, machine.error.hint ?? null)]
        : judgeMachine(machine.value)),
      ...storeChecks('mysql', mysql, judgeMysql, MYSQL_CHECK_IDS),
      ...storeChecks('redis', redis, judgeRedis, REDIS_CHECK_IDS),
      ...('error' in pools || isUnasked(pools.value)
        ? POOLS_CHECK_IDS.map((id) => skipped(id, 'not looked at'))
        : judgePools(pools.value)),
    ],
    isStoreUnavailable: [mysql, redis].some(
      (outcome) => 'error' in outcome && outcome.error.code === 'STORE_UNAVAILABLE',
    ),
  };
}

type Outcome<T> = { readonly value: T } | { readonly error: InvError };

function storeChecks<Findings extends object>(
  store: 'mysql' | 'redis',
  outcome: Outcome<Findings | Unasked>,
  judge: (findings: Findings) => readonly Check[],
  ids: readonly string[],
): readonly Check[] {
  const rest = ids.map((id) => skipped(id, 'not looked at'));
  const id = `${store}.reachable`;
  if ('error' in outcome) {
    return [fail(id, outcome.error.message, hintOf(outcome.error)), ...rest];
  }
  if (!isUnasked(outcome.value)) return judge(outcome.value);
  const { severity, message, hint } = outcome.value;
  if (severity === 'skipped') return [skipped(id, message), ...rest];
  return [severity === 'fail' ? fail(id, message, hint) : warn(id, message, hint), ...rest];
}

function isUnasked(value: object): value is Unasked {
  return 'kind' in value && value.kind === 'unasked';
}

/** The doctor does not send people to the doctor. */
function hintOf({ code, hint }: InvError): string | null {
  if (hint !== undefined && !hint.includes('inv doctor')) return hint;
  return code === 'NOT_PERMITTED'
    ? 'look at user and password: inv config show --origin'
    : 'look at the address: inv config show --origin';
}

async function bounded<T>(work: () => Promise<T>, name: string, clock: Clock): Promise<Outcome<T>> {
  const ended = new AbortController();
  const tooLong = clock.sleep(SOURCE_TIMEOUT_MS, ended.signal).then(() => {
    throw new InvError('STORE_UNAVAILABLE', `${name} gave no full answer within 10 s`);
  });
  tooLong.catch(() => undefined);
  try {
    return { value: await Promise.race([work(), tooLong]) };
  } catch (error) {
    if (error instanceof InvError) return { error };
    // A store that answers nonsense is a finding, too; the driver's words may hold SQL.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return {
      error: new InvError('UNEXPECTED', `${name} could not be looked at (${code})`, {
        cause: error,
      }),
    };
  } finally {
    ended.abort();
  }
}
