/** The least round number (1, 2, 2.5 or 5 times a power of ten) that is not below the value. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10;
  return factor * power;
}

/** Round numbers from 0 to a top that covers the value, four steps or five. */
export function ticksTo(value: number): readonly number[] {
  const step = roundUp(value / 5);
  const steps = Math.max(1, Math.ceil(value / step));
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

/** `1200000` → `1.2M`, `12000` → `12k`, `0.25` → `0.25`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
  if (size >= 1e4) return `${trimmed(value / 1e3)}k`;
  return trimmed(value);
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
