import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createCoalescer } from '../../../src/lib/coalescer.ts';
import type { CoalescerLimits } from '../../../src/lib/coalescer.ts';

interface Call {
  readonly requests: readonly string[];
  /** Answers every request by its own name. */
  answer(): void;
  fail(error: unknown): void;
}

const LIMITS: CoalescerLimits = {
  requestsMax: 4,
  bytesMax: 1000,
  callsInFlightMax: 2,
  waitingMax: 100,
};

/** Requests are texts; those with the same first letter fit together. */
function coalesce(limits: Partial<CoalescerLimits> = {}) {
  const calls: Call[] = [];
  const submit = createCoalescer<string, string>({
    limits: { ...LIMITS, ...limits },
    send: (requests) =>
      new Promise((resolve, reject) => {
        calls.push({
          requests,
          answer: () => resolve(requests.map((request) => `answer to ${request}`)),
          fail: reject,
        });
      }),
    sizeOf: (request) => request.length,
    fit: (first, other) => other.startsWith(first.charAt(0)),
    overflow: () => Promise.resolve('too many'),
  });
  return { submit, calls, sent: () => calls.map(({ requests }) => requests) };
}

/** Lets everything happen that waits for nothing. */
const settle = () => setImmediate();

describe('the coalescer', () => {
  it('sends a lone request in the same tick', async () => {
    const { submit, sent } = coalesce();
    void submit('a1');
    expect(sent()).toEqual([]);
    await Promise.resolve();
    expect(sent()).toEqual([['a1']]);
  });

  it('sends together what comes together, and gives everybody the own answer', async () => {
    const { submit, calls, sent } = coalesce();
    const answers = Promise.all(['a1', 'a2', 'a3'].map(submit));
    await settle();
    expect(sent()).toEqual([['a1', 'a2', 'a3']]);
    calls[0]!.answer();
    expect(await answers).toEqual(['answer to a1', 'answer to a2', 'answer to a3']);
  });

  it('keeps to the number of requests and of calls, and to the order', async () => {
    const { submit, calls, sent } = coalesce();
    const answers = Array.from({ length: 10 }, (_, at) => submit(`a${at}`));
    await settle();
    expect(sent()).toEqual([
      ['a0', 'a1', 'a2', 'a3'],
      ['a4', 'a5', 'a6', 'a7'],
    ]);
    const more = submit('a10');
    await settle();
    expect(calls).toHaveLength(2);
    calls[1]!.answer();
    expect(await answers[7]).toBe('answer to a7');
    await settle();
    expect(sent()[2]).toEqual(['a8', 'a9', 'a10']);
    calls[0]!.answer();
    calls[2]!.answer();
    expect(await Promise.all([...answers, more])).toHaveLength(11);
  });

  it('gathers what comes while calls are under way', async () => {
    const { submit, calls, sent } = coalesce({ callsInFlightMax: 1 });
    const answers = [submit('a1')];
    await settle();
    for (const request of ['a2', 'a3', 'a4']) {
      answers.push(submit(request));
      await settle();
    }
    expect(sent()).toEqual([['a1']]);
    calls[0]!.answer();
    await settle();
    expect(sent()[1]).toEqual(['a2', 'a3', 'a4']);
    calls[1]!.answer();
    expect(await Promise.all(answers)).toHaveLength(4);
  });

  it('takes along what the callers of an answered call ask for next', async () => {
    const { submit, calls, sent } = coalesce({ callsInFlightMax: 1, requestsMax: 100 });
    const twice = async (name: string) => {
      await submit(`a-${name}-1`);
      await submit(`a-${name}-2`);
    };
    const done = Promise.all(['x', 'y', 'z'].map(twice));
    await settle();
    calls[0]!.answer();
    await settle();
    expect(sent()[1]).toEqual(['a-x-2', 'a-y-2', 'a-z-2']);
    calls[1]!.answer();
    await done;
  });

  it('keeps to the size of a call, but sends what is larger alone', async () => {
    const { submit, sent } = coalesce({ bytesMax: 10, callsInFlightMax: 9 });
    for (const request of ['a234', 'a678', 'a2345678901234', 'a2', 'a4']) void submit(request);
    await settle();
    expect(sent()).toEqual([['a234', 'a678'], ['a2345678901234'], ['a2', 'a4']]);
  });

  it('does not mix what does not fit together', async () => {
    const { submit, sent } = coalesce({ callsInFlightMax: 9 });
    for (const request of ['a1', 'a2', 'b1', 'a3']) void submit(request);
    await settle();
    expect(sent()).toEqual([['a1', 'a2'], ['b1'], ['a3']]);
  });

  it('lets a call that fails fail its own requests, and no others', async () => {
    const { submit, calls, sent } = coalesce({ callsInFlightMax: 1 });
    const first = Promise.allSettled(['a1', 'a2'].map(submit));
    await settle();
    const second = Promise.allSettled(['a3', 'a4'].map(submit));
    const lost = new Error('lost');
    calls[0]!.fail(lost);
    expect(await first).toEqual([
      { status: 'rejected', reason: lost },
      { status: 'rejected', reason: lost },
    ]);
    await settle();
    expect(sent()[1]).toEqual(['a3', 'a4']);
    calls[1]!.answer();
    expect(await second).toMatchObject([{ value: 'answer to a3' }, { value: 'answer to a4' }]);
  });

  it('tells a request that has no answer from one that has', async () => {
    const submit = createCoalescer<string, string>({
      limits: LIMITS,
      send: () => Promise.resolve(['only one']),
      sizeOf: () => 1,
      fit: () => true,
      overflow: () => Promise.resolve('too many'),
    });
    const answers = await Promise.allSettled([submit('a'), submit('b')]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses what nobody can serve, and serves again afterwards', async () => {
    const { submit, calls } = coalesce({ callsInFlightMax: 1, requestsMax: 1, waitingMax: 2 });
    const first = submit('a1');
    await settle();
    const waiting = [submit('a2'), submit('a3')];
    expect(await submit('a4')).toBe('too many');
    calls[0]!.answer();
    expect(await first).toBe('answer to a1');
    await settle();
    const last = submit('a5');
    for (const at of [1, 2, 3]) {
      calls[at]!.answer();
      await settle();
    }
    expect(await Promise.all([...waiting, last])).toHaveLength(3);
  });
});
