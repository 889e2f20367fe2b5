import type { Receipt } from '../../../ports/repairs.ts';
import type { Terminal } from '../../terminal/types.ts';

/** An earlier run was killed in the middle of a repair: what came of that is found there, not here. */
export function noteFinished(terminal: Terminal, receipts: readonly Receipt[]): void {
  for (const { runId, before, after } of receipts) {
    terminal.note(`run ${runId} was cut off; its receipt is written now: ${before}: ${after}`);
    terminal.note(`  inv reconcile show ${runId}`);
  }
}
