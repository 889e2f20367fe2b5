import type { JsonObject } from '../../../lib/json.ts';
import type { ShardStatus } from '../../../worker/worker-status.ts';
import { plainColumns } from '../../rows.ts';
import { momentText } from '../stock/history-view.ts';
import type { Presentation, Style } from '../../terminal/types.ts';

/** Something that a person has to see to. */
interface Advice {
  readonly shard: number;
  readonly message: string;
  /** A command, or where to read on. */
  readonly hint: string;
}

/** The shards, and what there is to do about them. */
export function statusPresentation(shards: readonly ShardStatus[]): Presentation {
  const rows = shards.map(shardRow);
  const advice = shards.flatMap(adviceOn);
  return {
    document: {
      status: advice.length === 0 ? 'ok' : 'attention',
      shards: rows,
      advice: advice.map(({ shard, message, hint }) => ({ shard, message, hint })),
    },
    rows,
    columns: plainColumns(Object.keys(rows[0] ?? {})),
    human: (style) => shards.flatMap((status) => shardLines(status, style)),
  };
}

export function needsAttention(shards: readonly ShardStatus[]): boolean {
  return shards.some((status) => adviceOn(status).length > 0);
}

function shardRow(status: ShardStatus): JsonObject {
  return {
    shard: status.shard,
    state: status.state,
    redis: status.gate,
    lag_entries: status.lagEntries,
    lag_ms: status.lagMs,
    missing_units: status.missingUnits,
    worker: status.active === null ? null : workerText(status.active),
    parked: status.parked,
    quarantine: status.quarantine,
    loss_at: status.loss?.at ?? null,
    lost_max: status.loss?.units ?? 0,
    frozen_reason: status.frozenReason,
    generation: status.generation,
    version: status.version,
    watermark: `${String(status.watermark.ms)}-${String(status.watermark.seq)}`,
  };
}

function workerText({ host, connectionId }: NonNullable<ShardStatus['active']>): string {
  const connection = `connection ${String(connectionId)}`;
  return host === null ? connection : `${host}, ${connection}`;
}

function shardLines(status: ShardStatus, style: Style): readonly string[] {
  const { shard, active } = status;
  const worker = active === null ? 'no worker' : `worker: ${workerText(active)}`;
  const isFine = adviceOn(status).length === 0;
  const mark = isFine ? style.green(style.mark.ok) : style.yellow(style.mark.warn);
  const { loss } = status;
  return [
    `${mark} shard ${String(shard)}: ${waitingText(status)}; ${worker}`,
    ...(loss === null
      ? []
      : [
          `    Redis lost data, or may have, last noticed at ${momentText(loss.at)} UTC: up to ${String(loss.units)} sold units may be lost`,
          '    (inv pool show SKU has the history of a pool)',
        ]),
    ...adviceOn(status).flatMap(({ message, hint }) => [
      `    ${message}`,
      `    ${style.cyan('try:')} ${hint}`,
    ]),
  ];
}

function waitingText({ gate, generation, lagEntries, lagMs, missingUnits }: ShardStatus): string {
  // Entries may be gone with the data.
  if (gate === 'fenced' && generation > 0) return 'what was sold last is not known yet';
  if (lagEntries === null) return 'what waits is not known';
  if (lagEntries === 0) {
    return missingUnits === 0
      ? 'all that was sold is in the books'
      : `${String(missingUnits)} units are sold and neither in the stream nor in the books`;
  }
  const entries = lagEntries === 1 ? '1 entry waits' : `${String(lagEntries)} entries wait`;
  return lagMs === null ? entries : `${entries}, the oldest for ${secondsText(lagMs)}`;
}

function secondsText(durationMs: number): string {
  return durationMs < 10_000
    ? `${(durationMs / 1000).toFixed(1)} s`
    : `${String(Math.round(durationMs / 1000))} s`;
}

function adviceOn(status: ShardStatus): readonly Advice[] {
  const { shard, state, gate, parked, active, lagEntries } = status;
  const flag = `--shard ${String(shard)}`;
  const found: Advice[] = [];
  const add = (message: string, hint: string): void => void found.push({ shard, message, hint });
  if (state === 'frozen') {
    add(
      `frozen: ${status.frozenReason ?? 'no reason was kept'}`,
      `read "Frozen shards" in docs/pools.md first, then: inv worker unfreeze ${flag}`,
    );
  } else if (gate === 'fenced' && status.generation > 0) {
    add(
      'Redis was restarted or has lost data: it sells nothing until it is checked against the books',
      `inv worker recover ${flag}`,
    );
  }
  if (gate === null) add('Redis does not answer: nothing is sold', 'inv doctor');
  if (active === null && (lagEntries ?? 0) + status.missingUnits > 0) {
    add('no worker settles what was sold', 'inv worker run (or once: inv worker once)');
  }
  if (parked > 0) {
    const events =
      parked === 1 ? '1 event is parked: it' : `${String(parked)} events are parked: they`;
    add(`${events} cannot be settled`, 'inv worker parked list');
  }
  if (status.quarantine > 0) {
    add(
      `${String(status.quarantine)} units are in quarantine: sales that Redis lost may own them`,
      'inv pool list --all (then inv pool release SKU QUANTITY)',
    );
  }
  return found;
}
