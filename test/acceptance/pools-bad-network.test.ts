import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { byBinary } from '../support/drills/by-binary.ts';
import { countPromises, longestMs } from '../support/drills/history.ts';
import { openScene } from '../support/drills/scene.ts';
import type { Scene } from '../support/drills/scene.ts';
import { seededRandom } from '../support/drills/seed.ts';
import { isText, openFaultProxy } from '../support/fault-proxy.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { isSale } from '../support/order-faults.ts';
import { mysqlThrough, startCommand } from '../support/processes.ts';
import { testServers } from '../support/servers.ts';

/** A network that is slow, cuts answers short, or keeps connections open and silent. */

vi.setConfig({ testTimeout: 180_000 });

/** Far above what a command allows itself, for two busy cores. */
const PATIENCE_MS = 60_000;

let scene: Scene;
let proxies: FaultProxy[] = [];
beforeAll(async () => {
  scene = await openScene({ units: 400, env: { INV_MYSQL_STATEMENT_TIMEOUT_MS: '2000' } });
});
afterEach(() => closeProxies());
afterAll(() => scene.close());

/** What is half open stays so until then, also to the store behind it. */
async function closeProxies(): Promise<void> {
  for (const proxy of proxies) await proxy.close();
  proxies = [];
}

type Break = (proxy: FaultProxy) => void;
const random = seededRandom(11);

const slow: Break = (proxy) => proxy.delay(() => random.between(100, 900));
const cutAfter =
  (bytes: number): Break =>
  (proxy) =>
    proxy.cutAfter(bytes);
const silent: Break = (proxy) => proxy.hold(true);
/** The connection goes silent with the answer to its nth message, and so does no other. */
const silentAt =
  (number: number): Break =>
  (proxy) =>
    void proxy.arm({ at: (_message, count) => count === number, where: 'reply', how: 'hold' });
const silentFor =
  (at: (message: Buffer) => boolean): Break =>
  (proxy) =>
    void proxy.arm({ at, where: 'reply', how: 'hold' });

/** Ways to break a connection, whichever store is behind it: in its greeting, between, and late. */
const ANYWHERE: readonly (readonly [string, Break])[] = [
  ['latency of 500 ± 400 ms', slow],
  ['cut in the greeting', cutAfter(40)],
  ['cut after some answers', cutAfter(random.between(100, 1_500))],
  ['cut late', cutAfter(random.between(1_500, 6_000))],
  ['half-open from the start', silent],
  ['half-open after some messages', silentAt(random.between(2, 5))],
];

const STORES = [
  {
    name: 'Redis',
    ways: [...ANYWHERE, ['half-open when it sells', silentFor(isSale)]] as const,
    open: async () => openFaultProxy(testServers().redisSocket),
    env: ({ socketPath }: FaultProxy) => ({ INV_REDIS_URL: `redis+unix:${socketPath}` }),
  },
  {
    name: 'MySQL',
    ways: [
      ...ANYWHERE,
      ['half-open when it commits', silentFor((message) => isText(message, 'COMMIT'))],
    ] as const,
    open: async () => openFaultProxy(testServers().mysqlSocket),
    env: (proxy: FaultProxy) => mysqlThrough(scene.inv, proxy),
  },
] as const;

/** Every way to break either store; all at once, because they mostly wait. */
const WAYS = STORES.flatMap(({ name, ways, open, env }) =>
  ways.map(([way, broken]) => ({
    name: `${name}, ${way}`,
    /** The environment of one command, behind a proxy of its own. */
    through: async (): Promise<Readonly<Record<string, string>>> => {
      const proxy = await open();
      proxies.push(proxy);
      broken(proxy);
      return env(proxy);
    },
  })),
);

describe('a bad network between inv and a store', () => {
  it('orders end in bounded time with 0 or 75, have one effect, and are definite after one rerun', async () => {
    await Promise.all(
      WAYS.map(async ({ through }, at) => {
        const order = { requestId: `way-${String(at)}`, sku: scene.sku, quantity: 2 };
        await scene.history.record(order, byBinary(scene.inv, await through()));
      }),
    );
    const answers = scene.history.invocations.map(({ requestId, detail }) => [requestId, detail]);
    const { accepted = 0, unknown = 0 } = countPromises(scene.history);
    expect(accepted + unknown, JSON.stringify(answers)).toBe(WAYS.length);
    expect(longestMs(scene.history)).toBeLessThan(PATIENCE_MS);
    await closeProxies();
    await scene.prove();
  });

  it('workers end in bounded time with 0, 69 or 75, and book everything once', async () => {
    await scene.traffic({ name: 'w', writers: 4, requestsMax: 3 }).done();
    const ends = await Promise.all(
      WAYS.map(async ({ name, through }) => {
        const began = performance.now();
        const env = await through();
        const { code, stderr } = await startCommand(scene.inv, ['worker', 'once', '--json'], env)
          .ended;
        return { name, code, stderr, tookMs: performance.now() - began };
      }),
    );
    for (const { name, code, stderr, tookMs } of ends) {
      expect([0, 69, 75], `${name}: ${stderr}`).toContain(code);
      expect(tookMs, name).toBeLessThan(PATIENCE_MS);
    }
    await closeProxies();
    await scene.prove();
  });
});
