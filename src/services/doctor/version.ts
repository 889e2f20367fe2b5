/** Compares `10.11.6-MariaDB` with [10, 6]. */
export function isOlder(version: string, oldest: readonly number[]): boolean {
  const parts = (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number);
  for (const [at, minimum] of oldest.entries()) {
    const part = parts[at] ?? 0;
    if (part !== minimum) return part < minimum;
  }
  return false;
}
