import { assert } from '../../lib/assert.ts';
import { clear, COARSE_BITS, countOf, createHistogram, record } from '../histogram/histogram.ts';
import { addSparse, toSparse } from '../histogram/sparse-histogram.ts';
import type { SparseHistogram } from '../histogram/sparse-histogram.ts';

export const SERIES_COLUMNS = [
  'offered',
  'started',
  'dropped',
  'answered',
  'accepted',
  'refused',
  'failed',
  'units',
] as const;
export type SeriesColumn = (typeof SERIES_COLUMNS)[number];

/**
 * What happened in each slot of the run, from the warm-up to the end of the drain. `offered` counts
 * by the moment that was planned, the rest by when it happened; `accepted`, `refused` and `units`
 * leave out the warm-up, whose product is not for sale.
 */
export interface Series {
  readonly slotMs: number;
  readonly columns: Readonly<Record<SeriesColumn, number[]>>;
  /** Latencies from the intended start, of what was answered in the slot. */
  readonly latency: (SparseHistogram | null)[];
}

export const SLOT_MS = 100;
/** Points of a chart; a longer run gets slots of twice, four times, … the length. */
const SLOTS_MAX = 6_000;

export function slotMsFor(durationMs: number): number {
  let slotMs = SLOT_MS;
  while (durationMs / slotMs > SLOTS_MAX) slotMs *= 2;
  return slotMs;
}

export interface SeriesRecorder {
  readonly count: (column: SeriesColumn, atMs: number, by?: number) => void;
  /** Answers come in the order of time, so one histogram serves one slot after the other. */
  readonly answered: (atMs: number, latencyMs: number) => void;
  readonly finish: () => Series;
}

export function createSeriesRecorder(slotMs: number): SeriesRecorder {
  const columns = emptyColumns();
  const latency: (SparseHistogram | null)[] = [];
  const current = createHistogram(COARSE_BITS);
  let currentSlot = 0;

  const slotOf = (atMs: number): number => Math.max(0, Math.floor(atMs / slotMs));

  function closeSlot(): void {
    if (countOf(current) === 0) return;
    while (latency.length <= currentSlot) latency.push(null);
    latency[currentSlot] = toSparse(current);
    clear(current);
  }

  return {
    count: (column, atMs, by = 1) => addTo(columns[column], slotOf(atMs), by),
    answered: (atMs, latencyMs) => {
      const slot = slotOf(atMs);
      addTo(columns.answered, slot, 1);
      if (slot > currentSlot) {
        closeSlot();
        currentSlot = slot;
      }
      record(current, latencyMs);
    },
    finish: () => {
      closeSlot();
      return { slotMs, columns, latency };
    },
  };
}

/** The series of several generators that began at one moment, added up slot by slot. */
export function mergeSeries(parts: readonly Series[]): Series {
  const slotMs = parts[0]?.slotMs ?? SLOT_MS;
  assert(
    parts.every((part) => part.slotMs === slotMs),
    'series of one slot length are merged',
  );
  const columns = emptyColumns();
  for (const part of parts) {
    for (const column of SERIES_COLUMNS) {
      part.columns[column].forEach((value, slot) => addTo(columns[column], slot, value));
    }
  }
  const slots = Math.max(0, ...parts.map(({ latency }) => latency.length));
  const latency = Array.from({ length: slots }, (_, slot) =>
    mergedSlot(parts.flatMap((part) => part.latency[slot] ?? [])),
  );
  return { slotMs, columns, latency };
}

function mergedSlot(parts: readonly SparseHistogram[]): SparseHistogram | null {
  const [only] = parts;
  if (only === undefined) return null;
  if (parts.length === 1) return only;
  const merged = createHistogram(COARSE_BITS);
  for (const part of parts) addSparse(merged, part);
  return toSparse(merged);
}

function emptyColumns(): Record<SeriesColumn, number[]> {
  return {
    offered: [],
    started: [],
    dropped: [],
    answered: [],
    accepted: [],
    refused: [],
    failed: [],
    units: [],
  };
}

function addTo(values: number[], slot: number, by: number): void {
  while (values.length <= slot) values.push(0);
  values[slot] = (values[slot] ?? 0) + by;
}
