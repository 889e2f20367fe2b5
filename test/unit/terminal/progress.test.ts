import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recordingTerminal } from './recording-terminal.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  [2, /^competing .* 2\/100 {2}\d+ s left$/m],
  [20, /^competing .* 20\/100 {2}4\/s {2}20 s left$/m],
])(
  'after five seconds, %i done are told with a rate only where it says something',
  (done, line) => {
    const { terminal, stderr } = recordingTerminal({ stderr: 'pipe', verbosity: 'verbose' });
    const progress = terminal.progress('competing', 100);
    progress.update(done);
    vi.advanceTimersByTime(5_000);
    progress.stop();
    expect(stderr()).toMatch(line);
  },
);

it('learns how much there is when that is known', () => {
  const { terminal, stderr } = recordingTerminal({ stderr: 'pipe', verbosity: 'verbose' });
  const progress = terminal.progress('reconciling');
  progress.update(20_000, undefined, 100_000);
  vi.advanceTimersByTime(5_000);
  progress.stop();
  expect(stderr()).toMatch(/^reconciling .* 20% {2}20000\/100000 {2}4000\/s {2}20 s left$/m);
});
