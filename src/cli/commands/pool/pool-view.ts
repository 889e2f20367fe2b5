import type { JsonObject } from '../../../lib/json.ts';
import type { ShownBucket, ShownPool } from '../../../services/pools/shown-pool.ts';
import type { Column, Style, StyleName } from '../../terminal/types.ts';

/** The document of one pool (cli.md: `pool open|show`), and what belongs to it beyond. */
export function poolDocument(pool: ShownPool): JsonObject {
  return {
    ...poolRow(pool),
    buckets: pool.buckets.map(bucketDocument),
    warnings: pool.warnings,
  };
}

/** What fits into one row: everything but the lists. */
export function poolRow({ terms, ...pool }: ShownPool): JsonObject {
  return {
    pool_id: pool.poolId,
    sku: pool.sku,
    location: pool.location,
    state: pool.state,
    epoch: pool.epoch,
    shard: pool.shard,
    delegated: pool.delegated,
    outstanding: pool.outstanding,
    avail: pool.avail,
    held: pool.held,
    sold: pool.sold,
    returned: pool.returned,
    duplicates: pool.duplicates,
    unsettled: pool.unsettled,
    floor: terms.floor,
    per_buyer: terms.perBuyer,
    starts_at: isoTime(terms.startsAtMs),
    ends_at: isoTime(terms.endsAtMs),
    short: pool.short,
    quarantine: pool.quarantine,
  };
}

/** The same with what can be sold as what is left: the floor never is. */
export function poolRowForPeople(pool: ShownPool): JsonObject {
  const { avail, terms } = pool;
  return { ...poolRow(pool), avail: avail === null ? null : sellable(avail, terms.floor) };
}

function bucketDocument(bucket: ShownBucket): JsonObject {
  return {
    bucket_id: bucket.bucketId,
    bucket: bucket.bucket,
    shard: bucket.shard,
    state: bucket.state,
    epoch: bucket.epoch,
    delegated: bucket.delegated,
    outstanding: bucket.outstanding,
    avail: bucket.gate?.avail ?? null,
    held: bucket.gate?.held ?? null,
    sold: bucket.sold,
    returned: bucket.returned,
    duplicates: bucket.duplicates,
    unsettled: bucket.gate?.unsettled ?? null,
    floor: bucket.floor,
    short: bucket.short,
    quarantine: bucket.quarantine,
    sound: bucket.gate?.isSound ?? null,
  };
}

/** Keys of the document; a write puts its request before them. */
export const POOL_FIELDS: readonly string[] = [
  'pool_id',
  'sku',
  'location',
  'state',
  'epoch',
  'shard',
  'delegated',
  'outstanding',
  'avail',
  'held',
  'sold',
  'returned',
  'duplicates',
  'unsettled',
  'floor',
  'per_buyer',
  'starts_at',
  'ends_at',
  'short',
  'quarantine',
];

/** A table for people has the numbers that one looks for, a script gets all of them. */
export function poolColumns(
  isForPeople: boolean,
  pools: readonly Pick<ShownPool, 'quarantine'>[] = [],
): readonly Column[] {
  const hasQuarantine = pools.some(({ quarantine }) => quarantine > 0);
  const forPeople = hasQuarantine ? [...TABLE_FIELDS, 'quarantine'] : TABLE_FIELDS;
  const shown = isForPeople ? forPeople : POOL_FIELDS;
  return shown.map((key) => ({
    key,
    title: TITLES[key] ?? key.replaceAll('_', ' ').toUpperCase(),
    priority: key === 'sku' ? 2 : key === 'state' ? 1 : 0,
    ...(key === 'state' ? { style: stateStyle } : {}),
  }));
}

const TABLE_FIELDS = [
  'pool_id',
  'sku',
  'location',
  'state',
  'delegated',
  'avail',
  'held',
  'sold',
  'unsettled',
];
const TITLES: Readonly<Record<string, string>> = { pool_id: 'POOL', avail: 'LEFT' };

function stateStyle(state: unknown): StyleName | undefined {
  if (state === 'open') return 'green';
  return state === 'closing' ? 'yellow' : 'dim';
}

/** A pool in sentences: what became of the units, and by which terms it sells. */
export function poolLines(pool: ShownPool, style: Style): readonly string[] {
  const { buckets } = pool;
  const name = style[stateStyle(pool.state) ?? 'dim'](pool.state);
  const parts = buckets.length === 1 ? '' : `, in ${String(buckets.length)} buckets`;
  return [
    `${style.bold(pool.sku)} at ${pool.location}: pool ${String(pool.poolId)}, ${name}${parts}`,
    `  ${unitsText(pool)}`,
    ...(pool.quarantine === 0
      ? []
      : [
          style.yellow(
            `  ${style.mark.warn} ${String(pool.quarantine)} in quarantine: sales that Redis lost may own them`,
          ),
        ]),
    ...(pool.short === 0
      ? []
      : [
          style.red(
            `  ${style.mark.fail} ${String(pool.short)} sold beyond what was there, by damage to Redis`,
          ),
        ]),
    ...termsLines(pool).map((line) => style.dim(`  ${line}`)),
    style.dim(
      buckets.length === 1
        ? `  shard ${String(pool.shard)}, epoch ${String(pool.epoch)}`
        : `  ${placesText(buckets)}`,
    ),
  ];
}

/** One line about a pool, in what is about something else: `pool 7 at MAIN, open: 52 left to sell, 5 held`. */
export function poolText(pool: ShownPool): string {
  const { quarantine, sku } = pool;
  const kept =
    quarantine === 0
      ? []
      : [`${String(quarantine)} in quarantine (inv pool release ${sku} ${String(quarantine)})`];
  const onTheWay = count(pool.unsettled ?? 0, 'on the way into the books');
  const live = pool.state === 'closed' ? [] : [redisText(pool), ...onTheWay];
  const units = [...live, ...kept].join(', ');
  return `pool ${String(pool.poolId)} at ${pool.location}, ${pool.state}: ${units}`;
}

/** `100 handed over: 60 left to sell, 5 held, 35 sold` */
function unitsText(pool: ShownPool): string {
  const { delegated, sold, returned, duplicates, unsettled } = pool;
  const booked = [
    ...(sold === 0 && (unsettled ?? 0) === 0 ? ['none sold'] : count(sold, 'sold and booked')),
    ...count(returned, 'given back'),
    ...count(duplicates, 'sold by MySQL as well and given back'),
    ...count(unsettled ?? 0, 'on the way into the books'),
  ];
  const left = pool.state === 'closed' ? [] : [redisText(pool)];
  return `${String(delegated)} handed over: ${[...left, ...booked].join(', ')}`;
}

function redisText({ avail, held, outstanding, terms }: ShownPool): string {
  return avail === null || held === null
    ? `${String(outstanding)} with Redis, which does not say what it has left`
    : [`${String(sellable(avail, terms.floor))} left to sell`, ...count(held, 'held')].join(', ');
}

/** The floor is never sold. */
function sellable(avail: number, floor: number): number {
  return Math.max(0, avail - floor);
}

function count(units: number, what: string): readonly string[] {
  return units === 0 ? [] : [`${String(units)} ${what}`];
}

function termsLines({ terms }: ShownPool): readonly string[] {
  const { floor, perBuyer, startsAtMs, endsAtMs } = terms;
  const limits = [
    ...(floor === 0 ? [] : [`${String(floor)} are never sold (floor)`]),
    ...(perBuyer === null ? [] : [`at most ${String(perBuyer)} for each buyer`]),
  ];
  const window = [
    ...(startsAtMs === null ? [] : [`from ${isoTime(startsAtMs) ?? ''}`]),
    ...(endsAtMs === null ? [] : [`until ${isoTime(endsAtMs) ?? ''}`]),
  ];
  return [
    ...(limits.length === 0 ? [] : [limits.join(', ')]),
    ...(window.length === 0 ? [] : [`sells ${window.join(' ')}`]),
  ];
}

function placesText(buckets: readonly ShownBucket[]): string {
  return buckets
    .map(({ bucket, shard, epoch, floor, gate }) => {
      const isAlone = buckets.length === 1;
      const left = gate === null || isAlone ? '' : `: ${String(sellable(gate.avail, floor))} left`;
      return `bucket ${String(bucket)} (shard ${String(shard)}, epoch ${String(epoch)})${left}`;
    })
    .join(', ');
}

function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
