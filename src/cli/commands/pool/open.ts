import { Command } from 'commander';
import { parseExactInstant } from '../../../domain/parse/moment.ts';
import { must, parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { parseLevel, parseQuantity } from '../../../domain/parse/quantity.ts';
import { shown } from '../../../domain/parse/shown.ts';
import type { PoolTerms } from '../../../domain/pool.ts';
import { InvError } from '../../../lib/errors.ts';
import { given } from '../../option-values.ts';
import { addPoolOptions, poolTarget } from './pool-options.ts';
import type { PoolFlags, PoolTarget } from './pool-options.ts';

export interface PoolOpenOptions extends PoolTarget {
  readonly quantity: number;
  readonly terms: PoolTerms;
  /** undefined = one. */
  readonly buckets: number | undefined;
}

interface Flags extends PoolFlags {
  readonly perBuyer?: string;
  readonly floor?: string;
  readonly starts?: string;
  readonly ends?: string;
  readonly shardBuckets?: string;
}

const BUCKETS_MAX = 64;

/** `inv pool open SKU QTY`: hands units to Redis. */
export function poolOpenCommand(run: (options: PoolOpenOptions) => Promise<void>): Command {
  const command = new Command('open')
    .summary('hand units of a product to Redis, to sell them fast')
    .description(
      'Opens a pool: MySQL reserves the units and hands them to Redis, where "inv order place" sells ' +
        'them. A worker (inv worker run) books what is sold. See: inv help pools',
    )
    .argument('<sku>', 'product, by SKU or barcode')
    .argument('<quantity>', 'base units to hand over, in plain digits')
    .option('--per-buyer <units>', 'units that one buyer may have at most')
    .option('--floor <units>', 'units of the pool that are never sold; default: 0')
    .option('--starts <time>', 'sells nothing before: 2026-11-27T09:00:00Z')
    .option('--ends <time>', 'sells nothing from then on')
    .option('--shard-buckets <count>', 'parts to spread a hot product over; default: 1');
  return addPoolOptions(command).action((sku: string, quantity: string, flags: Flags) =>
    run(poolOpenOptions(sku, quantity, flags)),
  );
}

/** @throws InvError INVALID_INPUT before any store is touched */
function poolOpenOptions(sku: string, quantity: string, flags: Flags): PoolOpenOptions {
  const units = must(parseQuantity(quantity), 'quantity');
  const options = {
    ...poolTarget(sku, flags),
    quantity: units,
    terms: termsOf(flags),
    buckets: given(flags.shardBuckets, parseBuckets, '--shard-buckets'),
  };
  const { floor, startsAtMs, endsAtMs } = options.terms;
  if (floor >= units) {
    throw unusable('--floor', `${String(floor)} of ${String(units)} units leaves nothing to sell`);
  }
  if (startsAtMs !== null && endsAtMs !== null && endsAtMs <= startsAtMs) {
    throw unusable('--ends', 'the sale would end before it starts');
  }
  if ((options.buckets ?? 1) > units) {
    throw unusable('--shard-buckets', `there are only ${String(units)} units to spread`);
  }
  return options;
}

function termsOf({ perBuyer, floor, starts, ends }: Flags): PoolTerms {
  return {
    floor: given(floor, parseLevel, '--floor') ?? 0,
    perBuyer: given(perBuyer, parseQuantity, '--per-buyer') ?? null,
    startsAtMs: given(starts, parseInstantMs, '--starts') ?? null,
    endsAtMs: given(ends, parseInstantMs, '--ends') ?? null,
  };
}

function parseInstantMs(text: string): Parsed<number> {
  const instant = parseExactInstant(text);
  return instant.ok ? parsed(Date.parse(instant.value)) : instant;
}

function parseBuckets(text: string): Parsed<number> {
  const count = /^[1-9][0-9]?$/.test(text) ? Number(text) : Infinity;
  return count <= BUCKETS_MAX
    ? parsed(count)
    : refused(`${shown(text)} is no number of parts (1 to ${String(BUCKETS_MAX)})`);
}

function unusable(field: string, why: string): InvError {
  return new InvError('INVALID_INPUT', `${field}: ${why}`, { facts: { field } });
}
