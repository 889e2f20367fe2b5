import { expect, it } from 'vitest';
import { countOutcomes } from '../../../src/loadtest/runner/outcome-counts.ts';
import { CLEAN, historyOf } from './verdict-scene.ts';
import type { Told } from './verdict-scene.ts';

/** A second click on a hold, and an answer that was lost and then repeated. */
const REPEATED: readonly Told[] = [
  ...CLEAN.told,
  ...CLEAN.told
    .filter(({ action, request }) => action === 'hold' && request === 2)
    .map((told) => ({ ...told, kind: 'double', replayed: true }) as const),
  { ...CLEAN.told[0]!, request: 8, outcome: 'unknown', at: [500, 501] },
  { ...CLEAN.told[0]!, request: 8, kind: 'retry', replayed: true, at: [600, 601] },
];

it('counts every start once, so that the answers add up to the starts', () => {
  const { units, accepted, acceptedLater, ...others } = countOutcomes(historyOf(REPEATED));
  const sum = Object.values(others).reduce((total, count) => total + count, 0);
  const started = REPEATED.filter(({ kind }) => kind !== 'resolve').length;
  expect(sum + accepted - acceptedLater).toBe(started);
  expect({ units, accepted, acceptedLater, ...others }).toMatchObject({
    ...{ units: 12, accepted: 5, acceptedLater: 2, held: 3, replayed: 3, unknown: 2 },
  });
});
