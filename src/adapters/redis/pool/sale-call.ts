import type { NoReason } from '../../../domain/pool.ts';
import { assert } from '../../../lib/assert.ts';
import type {
  ConfirmRequest,
  HoldRequest,
  SaleAnswer,
  SaleRequest,
} from '../../../ports/pool-gate.ts';
import { noteText } from './notes.ts';
import { digits, numberOrNull } from './replies.ts';

/** A request as it travels: see the header of lua/sell-orders.lua. */
export interface PackedRequest {
  readonly generation: number;
  readonly bucketId: number;
  readonly requestId: string;
  readonly content: string;
  /** The letter of the operation, and what stands behind the number of the bucket. */
  readonly operation: 's' | 'h' | 'c';
  readonly rest: string;
}

export function packSale(request: SaleRequest): PackedRequest {
  return pack(request, 's', request.fingerprint + noteText(request.note), saleTerms(request, 0));
}

export function packHold(request: HoldRequest): PackedRequest {
  const terms = saleTerms(request, request.deadlineMs);
  return pack(request, 'h', request.fingerprint + noteText(request.note), terms);
}

export function packConfirm(request: ConfirmRequest): PackedRequest {
  return pack(request, 'c', request.fingerprint, `0 1 ${digits(request.notAfterMs)} 0`);
}

function saleTerms({ quantity, isRetry, notAfterMs }: SaleRequest, deadlineMs: number): string {
  assert(quantity > 0, 'a sale has units');
  return `${digits(quantity)} ${isRetry ? '1' : '0'} ${digits(notAfterMs)} ${digits(deadlineMs)}`;
}

function pack(
  { generation, bucketId, requestId, fingerprint }: ConfirmRequest,
  operation: PackedRequest['operation'],
  content: string,
  rest: string,
): PackedRequest {
  assert(fingerprint.length === 64, 'a fingerprint is 64 hex digits');
  assert(!/[\t\n]/.test(requestId), 'a request id has neither tabs nor line feeds');
  return { generation, bucketId, requestId, content, operation, rest };
}

/** Bytes of a request in a call, about: what limits the size of a call. */
export function sizeOf({ requestId, content }: PackedRequest): number {
  return requestId.length + content.length + 64;
}

/** One reply of lua/sell-orders.lua. */
export function parseAnswer(reply: string): SaleAnswer {
  const [code, ...parts] = reply.split(' ');
  switch (code) {
    case 'sold':
      return {
        status: 'sold',
        replayed: parts[0] === '1',
        bucketId: Number(parts[1]),
        epoch: Number(parts[2]),
        seq: Number(parts[3]),
        quantity: Number(parts[4]),
        remaining: numberOrNull(parts[5]),
      };
    case 'held':
      return {
        status: 'held',
        replayed: parts[0] === '1',
        bucketId: Number(parts[1]),
        quantity: Number(parts[2]),
        deadlineMs: Number(parts[3]),
        remaining: numberOrNull(parts[4]),
      };
    case 'no': {
      const [reason = '', available] = parts;
      assert(isNoReason(reason), 'a refusal has a reason');
      return { status: 'no', reason, available: numberOrNull(available) };
    }
    case 'conflict':
    case 'late':
    case 'busy':
    case 'corrupt':
    case 'no_pool':
      return { status: code };
    default:
      throw new Error('invariant broken: sell-orders replies with a code of its header');
  }
}

const NO_REASONS: readonly string[] = [
  'sold_out',
  'closed',
  'window',
  'limit',
  'too_large',
  'no_buyer',
  'no_hold',
] satisfies readonly NoReason[];

export function isNoReason(text: string): text is NoReason {
  return NO_REASONS.includes(text);
}
