import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { aloneWithRuns, privateInv } from '../support/loadtest.ts';
import type { PrivateInv } from '../support/loadtest.ts';
import { temporaryFolder } from '../support/servers.ts';
import { SAMPLE } from '../unit/report/sample-document.ts';

aloneWithRuns();
let inv: PrivateInv;
const file = (name: string): string => join(inv.folder, name);
beforeAll(() => {
  inv = privateInv();
  writeFileSync(file('sample.json'), JSON.stringify(SAMPLE));
});

describe('a run that is kept', () => {
  it('can be shown, compared, and made once more with the very same starts', async () => {
    const run = ['--profile', 'constant', '--rate', '60/s', '--duration', '800ms', '--stock', '20'];
    const kept = ['--warm-up', '200ms', '--lag-max', '10s', '--save', 'first.json'];
    const first = await inv.run(['loadtest', ...run, ...kept, '--html', 'first.html', '--json']);
    const saved = JSON.parse(readFileSync(file('first.json'), 'utf8')) as Record<string, unknown>;
    expect([first.exitCode, saved]).toEqual([0, JSON.parse(first.stdout)]);
    expect(readFileSync(file('first.html'), 'utf8')).toContain(String(saved['run']));

    const shown = await inv.run(['loadtest', 'report', 'first.json', '--json']);
    expect(JSON.parse(shown.stdout)).toEqual(saved);

    const again = ['loadtest', 'replay', 'first.json', '--target', 'conditional'];
    const second = await inv.run([...again, '--save', 'second.json', '--json']);
    expect([second.exitCode, second.stderr]).toEqual([0, '']);
    expect(JSON.parse(second.stdout)).toMatchObject({
      ...{ target: 'conditional', seed: saved['seed'], plan_hash: saved['plan_hash'] },
      ...{ accepted: 20, verdict: 'pass' },
    });

    const compared = await inv.run(['loadtest', 'compare', 'first.json', 'second.json', '--json']);
    expect(JSON.parse(compared.stdout)).toMatchObject({
      same_plan: true,
      first: { target: 'lua' },
      second: { target: 'conditional' },
      metrics: expect.arrayContaining([{ metric: 'accepted', first: 20, second: 20, ratio: 1 }]),
    });
  });

  it.each([
    [['report', 'none.json'], /none\.json cannot be read/],
    [['report', 'package.json'], /package\.json: it is no document of inv loadtest/],
    [['compare', 'sample.json', 'package.json'], /no document/],
    [['replay', 'sample.json'], /sample\.json: settings\.run\./],
    [['run', '--save', 'missing/x.json'], /--save: missing\/x\.json cannot be written/],
    [['run', '--html', '.'], /--html: \. cannot be written: it is a directory/],
  ])('%j is refused, and nothing is run', async (args, message) => {
    writeFileSync(file('package.json'), '{}');
    const result = await inv.run(['loadtest', ...args]);
    expect([result.exitCode, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(message);
  });
});

/** What the page looks like from inside, told to the frame around it. */
const PROBE = `<script>
const area = document.querySelector('.area').getBoundingClientRect();
document.querySelector('.area').dispatchEvent(
  new PointerEvent('pointermove', { clientX: area.left + area.width / 2 }));
const facts = {
  width: innerWidth,
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  paper: getComputedStyle(document.body).backgroundColor,
  line: getComputedStyle(document.querySelector('path.c1')).stroke,
  columns: getComputedStyle(document.querySelector('.charts')).gridTemplateColumns.split(' ').length,
  drawn: [...document.querySelectorAll('path')].map((path) => path.getTotalLength() > 0),
  hover: document.querySelector('output').textContent,
  loaded: performance.getEntriesByType('resource').length,
  images: document.images.length,
};
parent.postMessage(JSON.stringify(facts), '*');
</script>`;

/** No window of a browser is as narrow as a phone, but a frame is. */
const frameOf = (width: number): string =>
  `<script>onmessage = ({ data }) => document.body.setAttribute('data-facts', data);</script>
   <iframe src="probed.html" width="${width}" height="900" style="border:0"></iframe>`;

interface Facts {
  readonly drawn: readonly boolean[];
}

describe('the page in a real browser', () => {
  const browser = findBrowser(temporaryFolder('browser'));

  it.skipIf(browser === undefined).each([
    {
      width: 390,
      isDark: false,
      columns: 1,
      paper: 'rgb(255, 255, 255)',
      line: 'rgb(11, 98, 196)',
    },
    { width: 1280, isDark: true, columns: 2, paper: 'rgb(20, 23, 27)', line: 'rgb(108, 182, 255)' },
  ])('fits $width pixels, dark: $isDark', async ({ width, isDark, ...expected }) => {
    await inv.run(['loadtest', 'report', 'sample.json', '--html', 'sample.html']);
    const page = readFileSync(file('sample.html'), 'utf8');
    writeFileSync(file('probed.html'), page.replace('</body>', `${PROBE}</body>`));
    writeFileSync(file('frame.html'), frameOf(width));
    const dumped = await browser!.dump(file('frame.html'), { isDark });
    const [, text = ''] = /data-facts="(.*?)"/.exec(dumped)!;
    const { drawn, ...facts } = JSON.parse(text.replaceAll('&quot;', '"')) as Facts;
    expect(facts).toMatchObject({ ...expected, width, overflow: 0, loaded: 0, images: 0 });
    expect(facts).toMatchObject({ hover: expect.stringMatching(/^0\.5 s\nintended: 20\n/) });
    expect(drawn).toEqual(new Array(10).fill(true));
  });
});
