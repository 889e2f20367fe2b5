import { expect, it } from 'vitest';
import { deductPresentation } from '../../../src/cli/commands/bench/deduct-view.ts';
import type { DeductDocument, StrategyDocument } from '../../../src/report/bench/bench-document.ts';
import { recordingTerminal } from '../terminal/recording-terminal.ts';

const way = (strategy: string): StrategyDocument => ({
  ...{ strategy, unsafe: true, attempted: 400, accepted: 400, rejected: 0, errors: 0, replayed: 0 },
  ...{ throughput_per_s: 12_345.6, throughput_range_per_s: [1, 2] },
  latency_ms: { p50: 12.345, p95: 20, p99: 123.456, p999: 200, max: 300 },
  ...{ retries: 12_345, deadlocks: 0, settle_ms: 1, oversold: 0, undersold: 0, lost: 0, double: 0 },
  cpu_ms: { client: 1, mysql: 1, redis: 1 },
  verdict: 'UNSAFE',
});

const DOCUMENT: DeductDocument = {
  schema: 1,
  machine: {
    ...{ cpu: 'one', cores: 2, memory_gib: 4, system: 'linux', node: '24', load: 1 },
    ...{ mysql: '8', redis: '7' },
  },
  settings: {
    ...{ seed: 7, rounds: 1, concurrency: 8, skus: 1, stock: 100, connections: 8 },
    ...{ duration_ms: 100, requests: null },
  },
  strategies: [way('read-check-write'), way('lock-no-fence'), way('pessimistic')],
};

it.each([80, 110, 130])('compares strategies line by line on %i columns', async (stdout) => {
  const recording = recordingTerminal({ stdout });
  const { terminal } = recording;
  await terminal.print(deductPresentation(DOCUMENT, terminal));
  const lines = recording.stdout().trimEnd().split('\n');
  const found = lines.filter((line) => /^(read-check-write|lock-no-fence|pessimistic) /.test(line));
  expect(found.map((line) => [/12,?345\.6/.test(line), line.includes('UNSAFE')])).toEqual(
    DOCUMENT.strategies.map(() => [true, true]),
  );
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(stdout);
});
