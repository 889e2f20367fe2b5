import type { Command } from 'commander';
import { parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { given } from '../../option-values.ts';

/** `pools.shards` goes no further. */
const SHARD_MAX = 63;

export interface ShardOptions {
  readonly shard: number | undefined;
}

export function addShardOption(command: Command, description: string): Command {
  return command.option('--shard <number>', description);
}

export function shardOf({ shard }: { readonly shard?: string }): number | undefined {
  return given(shard, parseShard, '--shard');
}

function parseShard(text: string): Parsed<number> {
  const number = /^(?:0|[1-9][0-9]?)$/.test(text) ? Number(text) : Infinity;
  return number <= SHARD_MAX
    ? parsed(number)
    : refused(`${shown(text)} is no shard (0 to ${String(SHARD_MAX)})`);
}
