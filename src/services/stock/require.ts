import { InvError } from '../../lib/errors.ts';
import type { Catalogue, CodeReference, ProductReference } from '../../ports/catalogue.ts';

type Kind = 'product' | 'location' | 'supplier';

/** @throws InvError NOT_FOUND, with what looks like the word */
export async function requireProduct(
  catalogue: Catalogue,
  text: string,
): Promise<ProductReference> {
  return (await catalogue.findProducts([text])).get(text) ?? notFound(catalogue, 'product', text);
}

/** @throws InvError NOT_FOUND, with what looks like the code */
export async function requireLocation(catalogue: Catalogue, code: string): Promise<CodeReference> {
  return (await catalogue.findLocations([code])).get(code) ?? notFound(catalogue, 'location', code);
}

/** @throws InvError NOT_FOUND, with what looks like the code */
export async function requireSupplier(catalogue: Catalogue, code: string): Promise<CodeReference> {
  return (await catalogue.findSuppliers([code])).get(code) ?? notFound(catalogue, 'supplier', code);
}

/** Says what is near, and never takes it: a write is not guessed. */
async function notFound(catalogue: Catalogue, kind: Kind, word: string): Promise<never> {
  const near = await catalogue.similar(kind, word.trim().toUpperCase());
  const name = kind === 'product' ? 'product or barcode' : kind;
  const [nearest] = near;
  const question = nearest === undefined ? '' : `; did you mean ${near.join(' or ')}?`;
  throw new InvError('NOT_FOUND', `there is no ${name} ${word}${question}`, {
    hint:
      nearest === undefined || kind === 'location'
        ? `inv ${kind} list`
        : `inv ${kind} show ${nearest}`,
    facts: { [kind === 'product' ? 'sku' : kind]: word, did_you_mean: near },
  });
}
