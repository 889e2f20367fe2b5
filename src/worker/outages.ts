import { InvError } from '../lib/errors.ts';
import type { WorkerLine } from './dependencies.ts';

/**
 * Says once that something fails and once that all is well again, however many shards notice it. What a
 * shard waits for stands under its number until it works again.
 */
export interface Outages {
  fails(shard: number, error: unknown): void;
  works(shard: number): void;
}

export function createOutages(report: (line: WorkerLine) => void): Outages {
  const waiting = new Map<number, string>();
  return {
    fails: (shard, error) => {
      const text = textOf(error);
      const isNews = ![...waiting.values()].includes(text);
      waiting.set(shard, text);
      if (!isNews) return;
      const isExpected = error instanceof InvError;
      report({
        level: isExpected ? 'warn' : 'alarm',
        shard: isExpected ? null : shard,
        text: `${text}; trying again`,
      });
    },
    works: (shard) => {
      const text = waiting.get(shard);
      if (text === undefined) return;
      waiting.delete(shard);
      if ([...waiting.values()].includes(text)) return;
      report({ level: 'info', shard: null, text: `working again (was: ${text})` });
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
