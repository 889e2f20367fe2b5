import type { Oracle } from './oracle.ts';
import type { Random } from './random.ts';
import type { Rules } from './rules.ts';
import type { MysqlData } from './stores/mysql-state.ts';
import type { Redis } from './stores/redis-state.ts';

/** What a broken promise is called, and what was seen. */
export interface Violation {
  readonly code: string;
  readonly detail: string;
}

/** Everything there is: both stores, the true time, and what only the referee knows. */
export interface World {
  readonly rules: Rules;
  readonly random: Random;
  readonly redis: Redis;
  mysql: MysqlData;
  /** True time in ticks; MySQL's clock shows it, the one of Redis may be off. */
  time: number;
  /** How far the clock of Redis may be from the true one, to either side. */
  readonly skewTicks: number;
  /** Units a crash may lose, or null when the loss bound is off. */
  readonly lossLimit: number | null;
  readonly oracle: Oracle;
  /** Tokens and ids that nobody else has. */
  lastToken: number;
  lastId: number;
  /** The first broken promise ends the history. */
  violation: Violation | null;
  /** Lines of the story, when somebody wants to read it. */
  readonly trace: string[] | null;
}

export function violate(world: World, code: string, detail: string): void {
  if (world.violation !== null) return;
  world.violation = { code, detail };
  note(world, `VIOLATION ${code}: ${detail}`);
}

export function note(world: World, line: string): void {
  world.trace?.push(`${String(world.time).padStart(4)}  ${line}`);
}

export function newToken(world: World): number {
  world.lastToken += 1;
  return world.lastToken;
}

/** Ids of returns and operations; requests of clients have ids below these. */
export function newId(world: World): number {
  world.lastId += 1;
  return world.lastId;
}
