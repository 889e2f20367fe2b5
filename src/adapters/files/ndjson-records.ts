/** The members of one NDJSON line: keys as they are, values as text. */
export type NdjsonLine =
  | { readonly members: ReadonlyMap<string, string>; readonly problem: undefined }
  | { readonly members: undefined; readonly problem: string };

/**
 * Reads one line that must be a flat JSON object. A number keeps the digits it was written with, so that `1e3`
 * and `1.0` meet the same rules as in a CSV file and money never passes through a float. null is an empty cell.
 */
export function readNdjsonLine(text: string): NdjsonLine {
  const parsed = parseJson(text);
  if (parsed === undefined) return refusal('the line is not valid JSON');
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return refusal('the line is not a JSON object');
  }
  const values: ReadonlyMap<string, unknown> = new Map(Object.entries(parsed));
  const nested = [...values].find(([, value]) => typeof value === 'object' && value !== null);
  if (nested !== undefined) {
    return refusal(`"${nested[0]}" holds a list or an object, not one value`);
  }
  const members = new Map<string, string>();
  for (const [key, source] of sourceMembers(text)) {
    if (members.has(key)) return refusal(`"${key}" stands there twice`);
    members.set(key, cellText(values.get(key), source));
  }
  return { members, problem: undefined };
}

function refusal(problem: string): NdjsonLine {
  return { members: undefined, problem };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Key and value source of each member of a line that is known to be a valid flat object. */
function* sourceMembers(text: string): Generator<[key: string, source: string]> {
  const member = /("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|[^\s,}]+)/g;
  for (const [, key = '""', source = ''] of text.matchAll(member)) {
    yield [key.includes('\\') ? String(JSON.parse(key)) : key.slice(1, -1), source];
  }
}

function cellText(value: unknown, source: string): string {
  if (typeof value === 'string') return value;
  return source === 'null' ? '' : source;
}
