import { driveClosing } from '../services/pools/drive-closing.ts';
import type { ShardFinding } from '../services/pools/shard-finding.ts';
import { convergeAndKeep } from './converge-and-keep.ts';
import { findingLine } from './log-lines.ts';
import type { ShardWork } from './shard-work.ts';
import { ANY } from './suspects.ts';

export type Tended =
  | { readonly status: 'tended' | 'recovery_due' }
  | { readonly status: 'frozen'; readonly reason: string };

/** Hands Redis what it has not got yet, mends what can be mended, drives closing pools to closed. */
export async function tendShard(work: ShardWork): Promise<Tended> {
  const { shard, dependencies, options, tally, memory } = work;
  const compared = await convergeAndKeep(work);
  tally.converged(compared);
  reportNews(work, compared.findings);
  if (compared.status === 'frozen') return { status: 'frozen', reason: compared.reason ?? '' };
  if (compared.status === 'recovery_due') return { status: 'recovery_due' };
  const round = await driveClosing(dependencies, shard, {
    signal: options.signal,
    onRound: (settled) => tally.settled(settled),
  });
  tally.closed(round.closed);
  // It has settled on its own.
  if (round.closed + round.closing > 0) memory.position = null;
  return { status: round.needsRecovery ? 'recovery_due' : 'tended' };
}

/** A finding that stays is said once. */
function reportNews(
  { shard, options, memory, suspects }: ShardWork,
  findings: readonly ShardFinding[],
): void {
  for (const finding of findings) {
    if (memory.findings.has(finding.evidence)) continue;
    options.report(findingLine(shard, finding));
    if (!finding.isRepaired) suspects.set(finding.bucketId ?? ANY, finding.evidence);
  }
  memory.findings = new Set(findings.map(({ evidence }) => evidence));
}
