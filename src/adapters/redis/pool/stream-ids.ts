import type { StreamId } from '../../../domain/pool.ts';
import { assert } from '../../../lib/assert.ts';
import { digits } from './replies.ts';

export function streamIdText({ ms, seq }: StreamId): string {
  return `${digits(ms)}-${digits(seq)}`;
}

export function parseStreamId(text: string): StreamId {
  const [, ms, seq] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  assert(ms !== undefined && seq !== undefined, 'an id of the stream is two numbers');
  return { ms: Number(ms), seq: Number(seq) };
}
