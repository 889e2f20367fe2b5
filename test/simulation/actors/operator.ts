import type { Steps } from '../steps.ts';
import { ask, wait } from '../steps.ts';
import { beginClosing, endClosing, openPool, readBooks, topUp } from '../stores/mysql-pools.ts';
import { converge, drop } from '../stores/redis-control-scripts.ts';
import { closePool, withdraw } from '../stores/redis-data-scripts.ts';
import { newId } from '../world.ts';
import type { World } from '../world.ts';

/** What a person asks for. Each repeats until it is answered or somebody loses patience. */

const TRIES_MAX = 4;

export interface Grant {
  readonly pool: number;
  readonly quantity: number;
}

export function* runTopUp(world: World, grant: Grant): Steps<void> {
  const call = { ...grant, operation: newId(world) };
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const reply = yield* ask('mysql', 'TOP-UP', () => topUp(world, call));
    if (reply?.code === 'OK') yield* convergePool(world, grant.pool);
    if (reply !== undefined) return;
  }
}

export function* runOpen(world: World, grant: Grant): Steps<void> {
  const call = { ...grant, operation: newId(world) };
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const reply = yield* ask('mysql', 'OPEN', () => openPool(world, call));
    if (reply?.code === 'OK') yield* convergePool(world, grant.pool);
    if (reply !== undefined) return;
  }
}

/** Tells Redis what MySQL says now; reconcile heals what is missed here. */
function* convergePool(world: World, pool: number): Steps<void> {
  const books = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
  const row = books?.pools[pool];
  if (books === undefined || row === undefined || row.state === 'closed') return;
  const { generation } = books.shard;
  yield* ask('redis', 'CONVERGE', () => converge(world, { generation, pool, row }));
}

/** CLOSE: stops top-ups and sales, takes all units back, ends once they are settled. */
export function* runClose(world: World, pool: number, rounds: number): Steps<void> {
  const begun = yield* ask('mysql', 'CLOSE BEGIN', () => beginClosing(world, pool));
  if (begun?.code === 'closed') return;
  for (let round = 0; round < rounds; round += 1) {
    const books = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
    if (books === undefined) continue;
    const row = books.pools[pool]!;
    const { generation } = books.shard;
    const { epoch } = row;
    if (row.state === 'open') return;
    if (row.state === 'closing') {
      yield* ask('redis', 'CLOSE', () => closePool(world, { generation, pool, epoch }));
      yield* ask('redis', 'CONVERGE', () => converge(world, { generation, pool, row }));
      const call = { generation, pool, epoch, request: newId(world) };
      yield* ask('redis', 'WITHDRAW', () => withdraw(world, call));
      const ended = yield* ask('mysql', 'CLOSE END', () => endClosing(world, pool, epoch));
      if (ended?.code !== 'closed') {
        yield* wait();
        continue;
      }
    }
    yield* ask('redis', 'DROP', () => drop(world, { generation, pool, epoch }));
    return;
  }
}
