import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { pause } from '../../../src/worker/pause.ts';

const LONG_MS = 60_000;

describe('a pause', () => {
  it('ends at once at the signal, without an error', async () => {
    const stopping = new AbortController();
    const began = performance.now();
    const waiting = pause(systemClock, LONG_MS, stopping.signal);
    stopping.abort();
    await waiting;
    await pause(systemClock, LONG_MS, stopping.signal);
    expect(performance.now() - began).toBeLessThan(LONG_MS / 10);
  });

  it('hides no other failure of the clock', async () => {
    const sleep = () => Promise.reject(new Error('no time'));
    const { signal } = new AbortController();
    await expect(pause({ ...systemClock, sleep }, 1, signal)).rejects.toThrow('no time');
  });
});
