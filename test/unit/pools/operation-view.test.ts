import { expect, it } from 'vitest';
import { operationLine } from '../../../src/cli/commands/pool/operation-view.ts';
import type { PoolOperation } from '../../../src/ports/pool-commands.ts';

it('blames nobody for what a loss of Redis may have cost', () => {
  const operation = {
    kind: 'rebuild',
    quantity: 89,
    actor: 'inv',
    reason: null,
    doneAt: '2026-11-27T09:00:00.000000Z',
  } as PoolOperation;
  expect(operationLine(operation)).toBe(
    '  2026-11-27 09:00:00  loaded into Redis anew (up to 89 sold units may be lost) by inv',
  );
});
