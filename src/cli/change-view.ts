import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { Archived } from '../services/catalogue/archive-product.ts';
import type { Edited } from '../services/catalogue/edit-product.ts';
import type { Presentation, Style } from './terminal/types.ts';
import { requestLine, writtenFacts } from './write.ts';
import type { Written } from './write.ts';

/** Grow or move by themselves with every change: no news. */
const BOOKKEEPING: ReadonlySet<string> = new Set(['version', 'created_at', 'updated_at']);

interface Change<T> extends Written<Edited<T>> {
  /** SKU or code. */
  readonly name: string;
  readonly toDocument: (item: T) => JsonObject;
}

/** An edit: what it was, what it is now. */
export function editedPresentation<T>({ name, toDocument, ...written }: Change<T>): Presentation {
  const { before, after, changed, replayed } = written.value;
  const was = toDocument(before);
  const is = toDocument(after);
  return {
    document: { ...writtenFacts(written, replayed), changed, ...is, before: was },
    human: (style) => [
      changed
        ? `${style.green(style.mark.ok)} ${style.bold(name)} changed: ${differences(was, is, style)}`
        : `${style.green(style.mark.ok)} ${style.bold(name)} is so already: nothing to change`,
      requestLine(written, { replayed, style }),
    ],
  };
}

interface StatusChange<T extends { readonly status: string }> extends Written<Archived<T>> {
  readonly name: string;
  readonly toDocument: (item: T) => JsonObject;
}

/** An archive, or its undo. */
export function archivedPresentation<T extends { readonly status: string }>({
  name,
  toDocument,
  ...written
}: StatusChange<T>): Presentation {
  const { item, changed } = written.value;
  const word = item.status === 'archived' ? 'archived' : 'in use';
  return {
    document: { ...writtenFacts(written, false), changed, ...toDocument(item) },
    human: (style) => [
      `${style.green(style.mark.ok)} ${style.bold(name)} is ${word}${changed ? ' now' : ' already'}`,
      requestLine(written, { replayed: false, style }),
    ],
  };
}

/** `name Red mug → Red mug, large; min level 20 → 30` */
function differences(was: JsonObject, is: JsonObject, style: Style): string {
  return Object.keys(is)
    .filter((key) => !BOOKKEEPING.has(key) && JSON.stringify(was[key]) !== JSON.stringify(is[key]))
    .map(
      (key) => `${key.replaceAll('_', ' ')} ${text(was[key])} ${style.mark.arrow} ${text(is[key])}`,
    )
    .join('; ');
}

function text(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
