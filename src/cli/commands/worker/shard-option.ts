import type { Command } from 'commander';
import { parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { InvError } from '../../../lib/errors.ts';
import type { Context } from '../../context.ts';
import { given } from '../../option-values.ts';

/** `pools.shards` goes no further. */
const SHARD_MAX = 63;

export interface ShardOptions {
  readonly shard: number | undefined;
}

export function addShardOption(command: Command, description: string): Command {
  return command.option('--shard <shard>', description);
}

export function shardOf({ shard }: { readonly shard?: string }): number | undefined {
  return given(shard, parseShard, '--shard');
}

/** @throws InvError INVALID_INPUT for a shard that this configuration does not have */
export function requireShard({ loaded }: Context, shard: number): void {
  const { shards } = loaded.config.pools;
  if (shard < shards) return;
  const text = `--shard: there is no shard ${String(shard)}; pools.shards is ${String(shards)}`;
  throw new InvError('INVALID_INPUT', text, {
    hint: 'inv config show pools.shards',
    facts: { field: '--shard' },
  });
}

function parseShard(text: string): Parsed<number> {
  const number = /^(?:0|[1-9][0-9]?)$/.test(text) ? Number(text) : Infinity;
  return number <= SHARD_MAX
    ? parsed(number)
    : refused(`${shown(text)} is no shard (0 to ${String(SHARD_MAX)})`);
}
