/** Tells what is wrong with a value of unknown origin; undefined: nothing. The path names the place. */
export type Shape = (value: unknown, path: string) => string | undefined;

export function numberFrom(min: number, max = Number.MAX_VALUE): Shape {
  return (value, path) =>
    typeof value === 'number' && value >= min && value <= max
      ? undefined
      : `${path} is no number from ${min}`;
}

export function wholeFrom(min: number, max = Number.MAX_SAFE_INTEGER): Shape {
  return (value, path) =>
    Number.isSafeInteger(value) ? numberFrom(min, max)(value, path) : `${path} is no whole number`;
}

export const anyText: Shape = (value, path) =>
  typeof value === 'string' ? undefined : `${path} is no text`;

export const anyFlag: Shape = (value, path) =>
  typeof value === 'boolean' ? undefined : `${path} is neither true nor false`;

/** An object whose content is nobody's business here. */
export const anyObject: Shape = (value, path) =>
  isRecord(value) ? undefined : `${path} is no object`;

export function oneOf(words: readonly string[]): Shape {
  return (value, path) =>
    words.some((word) => word === value) ? undefined : `${path} is none of ${words.join(', ')}`;
}

export function orNull(shape: Shape): Shape {
  return (value, path) => (value === null ? undefined : shape(value, path));
}

export function listOf(shape: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path} is no list`;
    for (const [at, item] of value.entries()) {
      const problem = shape(item, `${path}[${at}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** An object with these fields, each of its shape; others may be there. */
export function objectOf(fields: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (!isRecord(value)) return `${path} is no object`;
    for (const [name, shape] of Object.entries(fields)) {
      const problem = shape(value[name], `${path}.${name}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
