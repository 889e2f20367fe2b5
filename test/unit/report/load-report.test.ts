import { describe, expect, it } from 'vitest';
import { roundUp, shortNumber, ticksTo } from '../../../src/report/chart/scale.ts';
import { lineChart } from '../../../src/report/chart/line-chart.ts';
import { loadReport } from '../../../src/report/load/load-report.ts';
import { readLoadDocument } from '../../../src/report/load/read-document.ts';
import { SAMPLE } from './sample-document.ts';

describe('the page of a run', () => {
  const page = loadReport(SAMPLE);

  it('needs nothing from outside, and forbids itself to ask', () => {
    expect(page).not.toMatch(/https?:|\bsrc\s*=\s*"|@import|url\(|<link/i);
    expect(page).toContain(`content="default-src 'none';`);
  });

  it('is for phones as for desktops, in light as in dark', () => {
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page).toContain('<meta name="color-scheme" content="light dark">');
    expect(page).toContain('@media (prefers-color-scheme: dark)');
  });

  it('has the whole document inside', () => {
    const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)!;
    expect(JSON.parse(data)).toEqual(SAMPLE);
  });

  it('shows data as text, whatever it would like to be', () => {
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;/script&gt;&lt;img src=x');
  });

  it('draws rate, latency, stock against orders and backlog, with the faults marked', () => {
    const titles = [...page.matchAll(/<figcaption>(.*?) <span>/g)].map(([, title]) => title);
    expect(titles).toEqual(['Rate', 'Latency', 'Stock left against units sold', 'Backlog']);
    expect([...page.matchAll(/<rect class="mark"/g)]).toHaveLength(4);
    expect(page).toContain('<b style="left:55.56%">redis-restart</b>');
  });

  it('says the verdict first, and why', () => {
    expect(page).toContain('<div class="verdict fail">fail<small>broken: I3; missed: p99&lt;5ms');
    const reasons = ['starts were late'];
    const invalid = loadReport({ ...SAMPLE, verdict: 'invalid', reasons });
    expect(invalid).toContain('neither good nor bad: starts were late');
  });
});

describe('a chart', () => {
  const values = [0, null, 10, 5];

  it('leaves a gap where nothing is known', () => {
    const lines = [{ name: 'a', values, color: 1 as const }];
    const chart = lineChart({ title: 't', unit: 'u', slotMs: 100, lines, marks: [] });
    expect(chart).toContain('d="M0 240M666.7 0L1000 120"');
    expect(chart).toContain('<script type="application/json" class="values">[[0,null,10,5]]');
  });

  it('stands on round numbers', () => {
    expect([0, 0.03, 7, 11, 24, 26, 999].map(roundUp)).toEqual([1, 0.05, 10, 20, 25, 50, 1_000]);
    expect(ticksTo(35)).toEqual([0, 10, 20, 30, 40]);
    expect([0.25, 999, 12_345, 1_200_000].map(shortNumber)).toEqual([
      '0.25',
      '999',
      '12.3k',
      '1.2M',
    ]);
  });

  it('of nothing is still a chart', () => {
    const lines = [{ name: 'a', values: [], color: 1 as const }];
    expect(lineChart({ title: 't', unit: '', slotMs: 100, lines, marks: [] })).toContain('d=""');
  });
});

describe('the document of a run, read back', () => {
  it('is what was written', () => {
    expect(readLoadDocument(JSON.stringify(SAMPLE))).toEqual({ ok: true, value: SAMPLE });
  });

  it.each([
    ['{', /no JSON/],
    ['[]', /no document of inv loadtest/],
    ['{"schema":2}', /schema 2, and this inv reads 1/],
    [JSON.stringify({ ...SAMPLE, verdict: 'good' }), /document\.verdict is none of pass, fail/],
    [
      JSON.stringify({ ...SAMPLE, latency_ms: { ...SAMPLE.latency_ms, p99: '1' } }),
      /latency_ms\.p99/,
    ],
    [JSON.stringify({ ...SAMPLE, series: [...SAMPLE.series, {}] }), /series\[10\]\.at_ms/],
    [JSON.stringify({ ...SAMPLE, seed: -1 }), /document\.seed is no number from 0/],
  ])('is refused where it is none: %.20s', (text, message) => {
    const result = readLoadDocument(text);
    expect(result).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });
});
