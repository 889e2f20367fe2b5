import { describe, expect, it } from 'vitest';
import { must } from '../../../src/domain/parse/parsed.ts';
import { planSettings } from '../../../src/loadtest/workload/plan-settings.ts';
import { readSettings } from '../../../src/loadtest/workload/read-settings.ts';
import { settingsDocument } from '../../../src/cli/commands/loadtest/settings-document.ts';
import { DEFAULT_LIMITS } from '../../../src/loadtest/runner/load-run.ts';

const SETTINGS = must(
  planSettings({
    seed: 5,
    perBuyer: 3,
    products: 8,
    skew: { kind: 'hot', products: 2, share: 0.9 },
    holdShare: 0.5,
    quantities: [
      { quantity: 1, weight: 3 },
      { quantity: 2, weight: 1 },
    ],
  }),
  'options',
);

const plan = settingsDocument({
  ...{ settings: SETTINGS, target: 'lua', threads: 1, limits: DEFAULT_LIMITS, faults: [] },
  ...{ thresholds: [], settleMs: 1_000, lagMsMax: 20, confirmed: undefined },
})['plan'] as Record<string, unknown>;

describe('the settings of a run that was kept', () => {
  it('are read back as they were', () => {
    expect(readSettings(JSON.parse(JSON.stringify(plan)))).toEqual({ ok: true, value: SETTINGS });
  });

  it.each([
    [undefined, /plan is no object/],
    [{ ...plan, buyers: 0 }, /plan\.buyers/],
    [{ ...plan, skew: { kind: 'steep' } }, /skew\.kind/],
    [{ ...plan, skew: { kind: 'hot', products: 9, share: 0.5 } }, /9 hot products/],
    [{ ...plan, phases: [] }, /starts nothing/],
    [{ ...plan, quantities: [{ quantity: 1, weight: 0 }] }, /starts nothing/],
    [{ ...plan, buyers: 10_000_001 }, /10000001 buyers/],
  ])('are refused where somebody has changed them', (changed, message) => {
    expect(readSettings(changed)).toMatchObject({
      ok: false,
      message: expect.stringMatching(message),
    });
  });
});
