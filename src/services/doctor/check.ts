/** One thing that was looked at, and what was found. */
export interface Check {
  /** Stable, for scripts: `mysql.rights`. */
  readonly id: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly message: string;
  /** What to do about it, best as a command; null when there is nothing to do. */
  readonly hint: string | null;
}

export function ok(id: string, message: string): Check {
  return { id, status: 'ok', message, hint: null };
}

export function warn(id: string, message: string, hint: string | null = null): Check {
  return { id, status: 'warn', message, hint };
}

export function fail(id: string, message: string, hint: string | null = null): Check {
  return { id, status: 'fail', message, hint };
}

export function skipped(id: string, message: string): Check {
  return { id, status: 'skipped', message, hint: null };
}
