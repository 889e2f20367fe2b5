import { expect, it } from 'vitest';
import { scratch } from './scratch.ts';

it('a refusal that attempts under way could outlive is refused, and the least that will do is named', async () => {
  const env = { INV_POOLS_BUDGET_MS: '5000', INV_POOLS_RETENTION_MS: '10999' };
  await expect(scratch().load({ env })).rejects.toMatchObject({
    code: 'BAD_CONFIGURATION',
    message:
      'INV_POOLS_RETENTION_MS: pools.retention_ms is 10999, and has to be 11000 at least: twice pools.budget_ms (5000) and a second',
  });
  const enough = { ...env, INV_POOLS_RETENTION_MS: '11000' };
  expect((await scratch().load({ env: enough })).config.pools.retentionMs).toBe(11_000);
});
