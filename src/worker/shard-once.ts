import type { StreamId } from '../domain/pool.ts';
import { InvError } from '../lib/errors.ts';
import { beat } from '../services/pools/beat.ts';
import { expireHolds } from '../services/pools/expire-holds.ts';
import { settleShard } from '../services/pools/settle-shard.ts';
import type { SettleEnd } from '../services/pools/settle-shard.ts';
import { recoverAndKeep } from './recover-and-keep.ts';
import type { ShardWork } from './shard-work.ts';
import { tendShard } from './tend-shard.ts';

/** Others may settle or recover at the same time; each time a look is in vain. */
const LOOKS_MAX = 20;

/** @returns entries that still wait in the stream, about */
export async function workShardOnce(work: ShardWork): Promise<number> {
  const { shard, dependencies, tally } = work;
  const { position } = await settleAll(work);
  const { generation } = position;
  tally.expired(await expireHolds(dependencies, { shard, generation }));
  await tendAll(work);
  const end = await settleAll(work);
  if (end.status === 'idle') await beat(dependencies, end.position, end.gate);
  const { entries, backlog } = await dependencies.gate.readEvents(shard, end.position.watermark, 1);
  return entries.length + backlog;
}

/** Settles what stands in the stream now, recovering first where that is due. */
async function settleAll(
  work: ShardWork,
): Promise<Extract<SettleEnd, { readonly status: 'idle' | 'stopped' }>> {
  const { shard, dependencies, options, tally } = work;
  const until = (await dependencies.gate.state(shard)).lastGeneratedId;
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const end = await settleShard(dependencies, shard, {
      until: isNothing(until) ? undefined : until,
      signal: options.signal,
      onRound: (round) => {
        tally.settled(round);
        for (const text of round.alarms) options.report({ level: 'alarm', shard, text });
      },
    });
    switch (end.status) {
      case 'stopped':
        return end;
      case 'idle':
        if (end.gate.isOpen && end.gate.generation === end.position.generation) return end;
        await recover(work);
        break;
      case 'regress':
        await dependencies.books.requestRecovery(shard, end.position.generation);
        await recover(work);
        break;
      case 'overtaken':
        break;
      case 'frozen':
        throw frozen(shard, end.reason);
    }
  }
  throw busy(shard);
}

async function tendAll(work: ShardWork): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const tended = await tendShard(work);
    if (tended.status === 'tended') return;
    if (tended.status === 'frozen') throw frozen(work.shard, tended.reason);
    await recover(work);
  }
  throw busy(work.shard);
}

async function recover(work: ShardWork): Promise<void> {
  const outcome = await recoverAndKeep(work);
  if (outcome.status === 'frozen') throw frozen(work.shard, outcome.reason);
}

function isNothing({ ms, seq }: StreamId): boolean {
  return ms === 0 && seq === 0;
}

function frozen(shard: number, reason: string): InvError {
  return new InvError('PENDING', `shard ${shard} is frozen until a person has looked: ${reason}`, {
    hint: 'inv worker status',
    facts: { shard, reason },
  });
}

function busy(shard: number): InvError {
  return new InvError('BUSY', `others work on shard ${shard} all the time`, {
    hint: 'inv worker status',
    facts: { shard },
  });
}
