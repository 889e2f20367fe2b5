import { noteDirect } from '../oracle.ts';
import type { Request } from '../oracle.ts';
import type { World } from '../world.ts';

/** What clients ask of MySQL. Every function is one transaction; transactions are serial. */

export interface DirectReply {
  readonly code: 'SOLD' | 'NO' | 'INSUFFICIENT';
}

/** Sells from what is not reserved. */
export function sellDirect(world: World, request: Request): DirectReply {
  const { postings, stock, pools } = world.mysql;
  const posting = postings.get(request.id);
  if (posting) return { code: posting.kind === 'void' ? 'NO' : 'SOLD' };
  const row = stock[pools[request.pool]!.sku]!;
  if (row.onHand - row.reserved < request.quantity) return { code: 'INSUFFICIENT' };
  row.onHand -= request.quantity;
  postings.set(request.id, { kind: 'direct', quantity: request.quantity });
  noteDirect(world, request.id);
  return { code: 'SOLD' };
}

export interface VoidReply {
  readonly code: 'SOLD' | 'NO' | 'LATE' | 'MOVED';
}

export interface VoidCall {
  readonly request: number;
  readonly notAfter: number;
  /** Of the Redis that said NO, if one did: a later one may have lost the record of it. */
  readonly generation: number | null;
}

/** Closes MySQL for the request. */
export function recordVoid(world: World, call: VoidCall): VoidReply {
  const { postings, shard } = world.mysql;
  const posting = postings.get(call.request);
  if (posting) return { code: posting.kind === 'void' ? 'NO' : 'SOLD' };
  if (world.time > call.notAfter) return { code: 'LATE' };
  const isMoved = call.generation !== null && call.generation !== shard.generation;
  if (isMoved && world.rules.voidCarriesGeneration) return { code: 'MOVED' };
  postings.set(call.request, { kind: 'void', quantity: 0 });
  return { code: 'NO' };
}

export interface LookupReply {
  readonly code: 'none' | 'void' | 'sold';
}

export function lookUp(world: World, request: number): LookupReply {
  const posting = world.mysql.postings.get(request);
  if (posting === undefined) return { code: 'none' };
  return { code: posting.kind === 'void' ? 'void' : 'sold' };
}
