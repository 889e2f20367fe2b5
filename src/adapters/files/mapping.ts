import { InvError } from '../../lib/errors.ts';
import { closest } from '../../lib/suggest.ts';

/**
 * Reads `--map field=Column` options. Column names may hold anything, also `=`.
 * @throws InvError INVALID_INPUT for a text without `=`, an unknown field, or a field mapped twice.
 */
export function parseMapping(
  texts: readonly string[],
  knownFields: readonly string[],
): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const text of texts) {
    const [left = '', ...right] = text.split('=');
    const field = left.trim().toLowerCase();
    const column = right.join('=').trim();
    if (field === '' || column === '') {
      throw new InvError('INVALID_INPUT', `--map: "${text}" is not field=Column`, {
        hint: `for example --map ${knownFields[0] ?? 'field'}=StockCode`,
      });
    }
    if (!knownFields.includes(field)) throw unknownField(field, knownFields);
    if (map.has(field)) {
      throw new InvError('INVALID_INPUT', `--map: the field ${field} is mapped twice`);
    }
    map.set(field, column);
  }
  return map;
}

function unknownField(field: string, knownFields: readonly string[]): InvError {
  const near = closest(field, knownFields);
  return new InvError(
    'INVALID_INPUT',
    `--map: there is no field ${field}; the fields are ${knownFields.join(', ')}`,
    near === undefined ? {} : { hint: `did you mean --map ${near}=…?` },
  );
}
