import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import {
  anyFlag,
  anyText,
  listOf,
  numberFrom,
  objectOf,
  oneOf,
  orNull,
  wholeFrom,
} from '../../lib/shape.ts';
import type { Shape } from '../../lib/shape.ts';
import { PROFILE_NAMES } from '../profile/profiles.ts';
import { problemOf } from './plan-settings.ts';
import type { LoadSettings } from './settings.ts';

const share = numberFrom(0, 1);
const time = numberFrom(0, 366 * 86_400_000);
const rate = numberFrom(0, 1_000_000);

const SKEWS: Readonly<Record<string, Shape>> = {
  uniform: objectOf({}),
  zipf: objectOf({ exponent: numberFrom(0.000001, 10) }),
  hot: objectOf({ products: wholeFrom(1), share }),
};

const SETTINGS = objectOf({
  seed: wholeFrom(0),
  profile: oneOf([...PROFILE_NAMES, 'file']),
  phases: listOf(
    objectOf({
      name: anyText,
      durationMs: time,
      ratePerSecondFrom: rate,
      ratePerSecondTo: rate,
      starts: orNull(wholeFrom(0)),
      isEachBuyerOnce: anyFlag,
      isWarmUp: anyFlag,
    }),
  ),
  arrivals: oneOf(['poisson', 'uniform']),
  buyers: wholeFrom(1),
  products: wholeFrom(1),
  stock: wholeFrom(1),
  perBuyer: orNull(wholeFrom(1)),
  skew: (value, path) => {
    const kind: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'kind') : '';
    const shape = SKEWS[String(kind)];
    return shape === undefined ? `${path}.kind is no skew` : shape(value, path);
  },
  quantities: listOf(objectOf({ quantity: wholeFrom(1, 1_000_000), weight: numberFrom(0) })),
  retries: objectOf({ share, max: wholeFrom(0, 100), delayMs: time }),
  doubleClicks: objectOf({ share, withinMs: time }),
  again: objectOf({ share, delayMs: time }),
  holds: objectOf({ share, confirmShare: share, cancelShare: share, holdMs: time }),
});

/** Settings as the report of a run has them, checked anew. */
export function readSettings(value: unknown): Parsed<LoadSettings> {
  const own = camelCased(value);
  const misshapen = SETTINGS(own, 'plan');
  if (misshapen !== undefined) return refused(misshapen);
  // Every field was looked at.
  const settings = own as LoadSettings;
  const problem =
    settings.quantities.some(({ weight }) => weight > 0) && settings.phases.length > 0
      ? problemOf(settings)
      : 'the plan starts nothing';
  return problem === undefined ? parsed(settings) : refused(problem);
}

/** The same value with `camelCase` names in place of `snake_case`. */
export function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      camelCased(inner),
    ]),
  );
}
