import { describe, expect, test } from 'vitest';
import { text as environment } from '../../../src/cli/help/topics/environment.ts';
import { text as exitCodes } from '../../../src/cli/help/topics/exit-codes.ts';
import { text as output } from '../../../src/cli/help/topics/output.ts';
import { text as requests } from '../../../src/cli/help/topics/requests.ts';
import { text as scanning } from '../../../src/cli/help/topics/scanning.ts';
import { environmentNameOf, SETTING_PATHS } from '../../../src/config/schema.ts';
import { EXIT_CODES } from '../../../src/lib/errors.ts';

const topics = { environment, exitCodes, output, requests, scanning };

describe.each(Object.entries(topics))('the help topic %s', (_, text) => {
  test('fits in 78 columns, has no blanks at line ends, and ends with one line end', () => {
    const lines = text().split('\n');
    expect(lines.filter((line) => line.length > 78 || line !== line.trimEnd())).toEqual([]);
    expect(text()).toMatch(/\S\n$/);
  });
});

test('every error word and exit code is explained, beside each other', () => {
  const words = Object.entries(EXIT_CODES);
  const entries = exitCodes().split(/\n\n/);
  const missing = words.filter(([word, code]) => {
    const entry = entries.find((candidate) => candidate.trim().startsWith(`${String(code)} `));
    return entry === undefined || !new RegExp(`\\b${word}\\b`).test(entry);
  });
  expect(missing).toEqual([]);
});

test('every setting is listed with its variable', () => {
  const lines = environment().split('\n');
  const missing = SETTING_PATHS.filter(
    (path) =>
      !lines.some(
        (line) => line.includes(`${environmentNameOf(path)} `) && line.endsWith(` ${path}`),
      ),
  );
  expect(missing).toEqual([]);
});
