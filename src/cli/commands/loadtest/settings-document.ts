import { formatDuration } from '../../../domain/parse/duration.ts';
import type { JsonObject, JsonValue } from '../../../lib/json.ts';
import type { LoadTestRequest } from './request.ts';

/** What made the plan and how it was run, as JSON in snake_case; `read-settings.ts` reads it back. */
export function settingsDocument(request: LoadTestRequest): JsonObject {
  const { settings, target, threads, limits, faults, thresholds, settleMs, lagMsMax } = request;
  return {
    plan: snakeCased({ ...settings }),
    run: {
      ...{ target, threads },
      limits: snakeCased({ ...limits }),
      faults: faults.map(({ text }) => text),
      expect: thresholds.map(({ expression }) => expression),
      settle: formatDuration(settleMs),
      lag_max: formatDuration(lagMsMax),
    },
  };
}

/** The same value with `snake_case` names in place of `camelCase`. */
function snakeCased(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [snakeName(name), snakeCased(inner)]),
    );
  }
  // Settings are texts, numbers, flags and null.
  return value as JsonValue;
}

function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
