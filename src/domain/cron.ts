import { parsed, refused } from './parse/parsed.ts';
import type { Parsed } from './parse/parsed.ts';
import { shown } from './parse/shown.ts';

/** When something is due again and again, in UTC: the five fields of cron(5). */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Where both are restricted, one of them is enough, as in cron(5). */
  readonly isDayOrWeekday: boolean;
}

const FIELDS = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12 },
  { name: 'weekday', min: 0, max: 7 },
] as const;

/** `0 2 * * *`, with lists, ranges and steps; no names. */
export function parseCron(text: string): Parsed<CronSchedule> {
  const words = text.trim().split(/\s+/);
  if (words.length !== FIELDS.length) {
    return refused(`${shown(text)} has not the five fields: minute hour day month weekday`);
  }
  const sets: ReadonlySet<number>[] = [];
  for (const [at, field] of FIELDS.entries()) {
    const values = valuesOf(words[at] ?? '', field);
    if (values === null) {
      return refused(`${shown(words[at] ?? '')} is no ${field.name} of a schedule`);
    }
    sets.push(values);
  }
  const [minutes = NONE, hours = NONE, days = NONE, months = NONE, given = NONE] = sets;
  const weekdays = new Set([...given].map((day) => day % 7));
  const isDayOrWeekday = words[2] !== '*' && words[4] !== '*';
  return parsed({ minutes, hours, days, months, weekdays, isDayOrWeekday });
}

const NONE: ReadonlySet<number> = new Set();

function valuesOf(
  word: string,
  { min, max }: { readonly min: number; readonly max: number },
): ReadonlySet<number> | null {
  const values = new Set<number>();
  for (const part of word.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return null;
    const [, first, last, step] = match;
    const from = first === undefined ? min : Number(first);
    const single = step === undefined ? from : max;
    const to = first === undefined ? max : last === undefined ? single : Number(last);
    const by = step === undefined ? 1 : Number(step);
    if (from < min || to > max || from > to || by < 1) return null;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The longest wait is that for 29 February on one weekday: less than 41 years. */
const DAYS_MAX = 41 * 366;

/**
 * The first moment after this one, in milliseconds since the epoch.
 * @returns null when there is none: 30 February
 */
export function nextAfter(schedule: CronSchedule, afterMs: number): number | null {
  const startMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  let dayMs = Math.floor(startMs / DAY_MS) * DAY_MS;
  for (let day = 0; day < DAYS_MAX; day += 1, dayMs += DAY_MS) {
    if (!isOnDay(schedule, new Date(dayMs))) continue;
    const found = firstOfDay(schedule, dayMs, startMs);
    if (found !== null) return found;
  }
  return null;
}

function isOnDay(schedule: CronSchedule, date: Date): boolean {
  if (!schedule.months.has(date.getUTCMonth() + 1)) return false;
  const isDay = schedule.days.has(date.getUTCDate());
  const isWeekday = schedule.weekdays.has(date.getUTCDay());
  return schedule.isDayOrWeekday ? isDay || isWeekday : isDay && isWeekday;
}

function firstOfDay(
  { hours, minutes }: CronSchedule,
  dayMs: number,
  startMs: number,
): number | null {
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    const atMs = dayMs + minute * MINUTE_MS;
    const isDue = hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60);
    if (isDue && atMs >= startMs) return atMs;
  }
  return null;
}
