import { beat } from '../services/pools/beat.ts';
import { settleShard } from '../services/pools/settle-shard.ts';
import type { GateState, SettledRound } from '../services/pools/settle-shard.ts';
import { frozenLine } from './log-lines.ts';
import { recoverAndKeep } from './recover-and-keep.ts';
import type { ShardLease } from './shard-lease.ts';
import { tell } from './shard-work.ts';
import type { ShardWork } from './shard-work.ts';
import { ANY } from './suspects.ts';
import { tendShard } from './tend-shard.ts';

/** Transactions between two looks at everything else. */
const ROUNDS_A_TURN = 32;
/** Between two comparisons of the books with Redis. */
const TEND_MS = 2000;
/** Between two looks at a shard that a person has to thaw, or that others recover. */
const BYSTANDER_MS = 1000;

/**
 * Settles what the stream has, then sees to the rest: recovery, buckets, holds, heartbeat.
 * @returns milliseconds to wait before the next turn
 */
export async function shardTurn(
  work: ShardWork,
  lease: Pick<ShardLease, 'overtaken'>,
): Promise<number> {
  const { shard, dependencies, options, memory } = work;
  const end = await settleShard(dependencies, shard, {
    from: memory.position,
    roundsMax: ROUNDS_A_TURN,
    signal: options.signal,
    onRound: (round) => settled(work, round),
  });
  memory.position = end.position;
  switch (end.status) {
    case 'stopped':
      return tendInTime(work);
    case 'idle':
      return idle(work, end.gate);
    case 'overtaken':
      lease.overtaken();
      memory.position = null;
      return 0;
    case 'regress':
      await dependencies.books.requestRecovery(shard, end.position.generation);
      return recover(work);
    case 'frozen':
      return frozen(work, end.reason);
  }
}

function settled(work: ShardWork, round: SettledRound): void {
  const { shard, dependencies, options, tally, memory } = work;
  tally.settled(round);
  memory.state = 'settling';
  memory.backlog = round.backlog;
  memory.beatAtMs = dependencies.clock.monotonic() + options.heartbeatMs;
  for (const id of round.parkedIn) work.suspects.set(id ?? ANY, 'an event was parked');
  for (const text of round.alarms) options.report({ level: 'alarm', shard, text });
  tell(work);
}

async function idle(work: ShardWork, gate: GateState): Promise<number> {
  const { dependencies, options, memory } = work;
  const { position } = memory;
  memory.generation = gate.generation;
  memory.backlog = 0;
  if (position === null || !gate.isOpen || gate.generation !== position.generation) {
    return recover(work);
  }
  memory.state = 'idle';
  const now = dependencies.clock.monotonic();
  if (now < memory.beatAtMs) return tendInTime(work, options.pollMs);
  memory.beatAtMs = now + options.heartbeatMs;
  const beaten = await beat(dependencies, position, gate);
  if (beaten.status === 'frozen') return frozen(work, beaten.reason);
  memory.position = beaten.status === 'beaten' ? beaten.position : null;
  return options.pollMs;
}

/** Compares books and Redis when it is time. @returns `waitMs`, where nothing came of it */
async function tendInTime(work: ShardWork, waitMs = 0): Promise<number> {
  const { dependencies, memory } = work;
  const now = dependencies.clock.monotonic();
  if (now < memory.tendAtMs) return waitMs;
  memory.tendAtMs = now + TEND_MS;
  const tended = await tendShard(work);
  switch (tended.status) {
    case 'tended':
      return waitMs;
    case 'recovery_due':
      return recover(work);
    case 'frozen':
      return frozen(work, tended.reason);
  }
}

async function recover(work: ShardWork): Promise<number> {
  const { memory } = work;
  memory.position = null;
  memory.state = 'recovering';
  tell(work);
  const outcome = await recoverAndKeep(work);
  if (outcome.status === 'frozen') return frozen(work, outcome.reason);
  return outcome.status === 'busy' ? BYSTANDER_MS : 0;
}

/** Says it once, and goes on looking: a person may thaw it. */
function frozen({ shard, options, memory }: ShardWork, reason: string): number {
  memory.position = null;
  if (memory.state !== 'frozen') options.report(frozenLine(shard, reason));
  memory.state = 'frozen';
  return BYSTANDER_MS;
}
