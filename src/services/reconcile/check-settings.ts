import { about } from '../../domain/reconcile/finding.ts';
import type { Finding, Unchecked } from '../../domain/reconcile/finding.ts';
import { InvError } from '../../lib/errors.ts';
import type { MysqlFacts, RedisNode } from '../../ports/server-facts.ts';
import type { Check } from '../doctor/check.ts';
import { judgeDurability as judgeMysqlDurability } from '../doctor/judge-mysql.ts';
import { judgeDurability, judgeEviction } from '../doctor/judge-redis.ts';
import type { CheckReport } from './check-report.ts';

/** What the servers say of themselves. */
export interface SettingSources {
  readonly mysql: () => Promise<Pick<MysqlFacts, 'variables'>>;
  /** One, or every master of a cluster. null: no pool was ever opened, so it does not matter. */
  readonly redis: (() => Promise<readonly RedisNode[]>) | null;
}

/**
 * Settings by which stock could vanish are differences; those that make a crash lose what was
 * acknowledged are a choice, of which a notice is kept.
 */
export async function checkSettings({ mysql, redis }: SettingSources): Promise<CheckReport> {
  const findings: Finding[] = [];
  const unchecked: Unchecked[] = [];
  const ofMysql = judgeMysqlDurability(await mysql());
  findings.push(...findingOf('MySQL', 'settings.durability', ofMysql));
  if (redis !== null) {
    try {
      for (const { name, facts } of await redis()) {
        findings.push(
          ...findingOf(name, 'settings.eviction', judgeEviction(facts)),
          ...findingOf(name, 'settings.durability', judgeDurability(facts)),
        );
      }
    } catch (error) {
      if (!(error instanceof InvError)) throw error;
      const checks = ['settings.eviction', 'settings.durability'] as const;
      unchecked.push({ checks, reason: error.message, because: 'store' });
    }
  }
  return { findings, unchecked, checked: {} };
}

function findingOf(
  subject: string,
  check: 'settings.eviction' | 'settings.durability',
  { status, message, hint }: Check,
): readonly Finding[] {
  if (status === 'ok' || status === 'skipped') return [];
  return [
    {
      ...about(subject),
      check,
      severity: status === 'fail' ? 'drift' : 'notice',
      expected: null,
      actual: null,
      evidence: `${subject}: ${message}`,
      remedy: hint === null ? { kind: 'none' } : { kind: 'person', command: hint },
    },
  ];
}
