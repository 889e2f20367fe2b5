import { describe, expect, it } from 'vitest';
import { must } from '../../../src/domain/parse/parsed.ts';
import { parseFault } from '../../../src/loadtest/faults/parse-fault.ts';
import {
  judgeThresholds,
  missedThresholds,
  parseThreshold,
} from '../../../src/loadtest/verdict/thresholds.ts';

describe('a threshold', () => {
  it.each([
    ['p99<50ms', { metric: 'p99', operator: '<', limit: 50 }],
    ['p999 <= 1.5s', { metric: 'p999', operator: '<=', limit: 1_500 }],
    ['service_p50<200us', { metric: 'service_p50', operator: '<', limit: 0.2 }],
    ['throughput>=800/s', { metric: 'throughput', operator: '>=', limit: 800 }],
    ['errors=0', { metric: 'errors', operator: '=', limit: 0 }],
    ['error_rate<1%', { metric: 'error_rate', operator: '<', limit: 0.01 }],
  ])('reads %s', (text, value) => {
    expect(parseThreshold(text)).toMatchObject({ ok: true, value });
  });

  it.each([
    'p99',
    'p99<',
    'p99<50',
    'p99<50kg',
    'errors<1ms',
    'throughput>5',
    'p98<1ms',
    'p99==1ms',
    '',
  ])('refuses %j', (text) => {
    expect(parseThreshold(text)).toMatchObject({ ok: false });
  });

  it('does not hold where nothing was measured', () => {
    const thresholds = ['p99<50ms', 'settle<1s', 'errors=0', 'accepted>10'].map((text) =>
      must(parseThreshold(text), text),
    );
    const metrics = new Map([
      ['p99', 50],
      ['settle', null],
      ['errors', 0],
      ['accepted', 11],
    ]);
    const results = judgeThresholds(thresholds, metrics);
    expect(results.map(({ holds }) => holds)).toEqual([false, false, true, true]);
    expect(results.map(({ actual }) => actual)).toEqual([50, null, 0, 11]);
  });
});

describe('a missed threshold', () => {
  it.each([
    ['p99<50ms', 80.1234, 'p99<50ms missed: p99 was 80.123 ms'],
    ['throughput >= 800/s', 750.5, 'throughput >= 800/s missed: throughput was 750.5/s'],
    ['error_rate<1%', 0.0125, 'error_rate<1% missed: error_rate was 1.25%'],
    ['sold_out = 0', 40, 'sold_out = 0 missed: sold_out was 40'],
    ['settle<1s', null, 'settle<1s missed: settle was not measured'],
  ])('%s is named with what was measured', (text, actual, expected) => {
    const threshold = must(parseThreshold(text), text);
    const results = judgeThresholds([threshold], new Map([[threshold.metric, actual]]));
    expect(missedThresholds(results)).toEqual([expected]);
  });
});

describe('a fault', () => {
  it.each([
    ['redis-restart@3s', { kind: 'redis-restart', atMs: 3_000 }],
    ['kill-worker@0ms', { kind: 'kill-worker', atMs: 0 }],
    [
      'mysql-latency=200ms@2s..5s',
      { kind: 'mysql-latency', delayMs: 200, atMs: 2_000, untilMs: 5_000 },
    ],
  ])('reads %s', (text, value) => {
    expect(parseFault(text)).toMatchObject({ ok: true, value: { ...value, text } });
  });

  it.each([
    'redis-restart',
    'redis-restart@3',
    'kill-redis@1s',
    'mysql-latency@1s..2s',
    'mysql-latency=1s@2s..2s',
    'mysql-latency=2m@1s..2s',
  ])('refuses %j', (text) => {
    expect(parseFault(text)).toMatchObject({ ok: false });
  });
});
