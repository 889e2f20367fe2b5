/**
 * Remembers at which line each of millions of codes was first seen, in 12 bytes each. Codes are kept
 * as 64-bit hashes only: a hit may, very rarely, be another code, so whoever asks confirms it.
 */
export interface SeenCodes {
  /** The line the code was first seen at, or undefined. */
  readonly firstLine: (code: string) => number | undefined;
  /** Does nothing when the code was seen before. */
  readonly add: (code: string, line: number) => void;
}

const SLOTS_MIN = 1 << 12;

export function createSeenCodes(): SeenCodes {
  let slots = allocate(SLOTS_MIN);
  let count = 0;

  function grow(): void {
    const old = slots;
    slots = allocate(old.lines.length * 2);
    for (let at = 0; at < old.lines.length; at += 1) {
      const line = old.lines[at] ?? 0;
      if (line === 0) continue;
      const high = old.high[at] ?? 0;
      const low = old.low[at] ?? 0;
      place(slots, { high, low }, line);
    }
  }

  return {
    firstLine: (code) => {
      const at = find(slots, hash(code));
      const line = slots.lines[at] ?? 0;
      return line === 0 ? undefined : line;
    },
    add: (code, line) => {
      if (count * 3 >= slots.lines.length * 2) grow();
      if (place(slots, hash(code), line)) count += 1;
    },
  };
}

interface Slots {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** 0 = free: lines count from 1. */
  readonly lines: Uint32Array;
}

interface Hash {
  readonly high: number;
  readonly low: number;
}

function allocate(length: number): Slots {
  return {
    high: new Uint32Array(length),
    low: new Uint32Array(length),
    lines: new Uint32Array(length),
  };
}

/** The slot that holds the hash, or the free one where it would go. */
function find({ high, low, lines }: Slots, wanted: Hash): number {
  const mask = lines.length - 1;
  let at = wanted.low & mask;
  while (lines[at] !== 0 && (high[at] !== wanted.high || low[at] !== wanted.low)) {
    at = (at + 1) & mask;
  }
  return at;
}

function place(slots: Slots, wanted: Hash, line: number): boolean {
  const at = find(slots, wanted);
  if (slots.lines[at] !== 0) return false;
  slots.high[at] = wanted.high;
  slots.low[at] = wanted.low;
  slots.lines[at] = line;
  return true;
}

/** Two independent FNV-1a-like hashes of 32 bits, mixed at the end as MurmurHash3 does. */
function hash(code: string): Hash {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let at = 0; at < code.length; at += 1) {
    const unit = code.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b) + (low >>> 15);
  }
  return { high: mixed(high), low: mixed(low) };
}

function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
