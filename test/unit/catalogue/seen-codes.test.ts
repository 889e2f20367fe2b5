import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeenCodes } from '../../../src/lib/seen-codes.ts';

test('remembers the first line of a hundred thousand codes that differ in one character', () => {
  const seen = createSeenCodes();
  const code = (number: number): string => `SKU-${String(number).padStart(6, '0')}`;
  for (let line = 1; line <= 100_000; line += 1) seen.add(code(line), line);
  seen.add(code(5), 77);
  const wrong = Array.from({ length: 100_000 }, (_, index) => index + 1).filter(
    (line) => seen.firstLine(code(line)) !== line,
  );
  const imagined = Array.from({ length: 100_000 }, (_, index) => code(index + 200_000)).filter(
    (unseen) => seen.firstLine(unseen) !== undefined,
  );
  expect({ wrong, imagined }).toEqual({ wrong: [], imagined: [] });
});

test('answers like a map that keeps the first value', () => {
  const steps = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.integer({ min: 1, max: 1e6 })));
  fc.assert(
    fc.property(steps, fc.string({ maxLength: 3 }), (added, asked) => {
      const seen = createSeenCodes();
      const model = new Map<string, number>();
      for (const [code, line] of added) {
        seen.add(code, line);
        if (!model.has(code)) model.set(code, line);
      }
      expect(seen.firstLine(asked)).toBe(model.get(asked));
    }),
  );
});
