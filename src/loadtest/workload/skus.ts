/** The SKU of a product of the plan, by its index: a run has a catalogue of its own. */
export function skuOfProduct(product: number): string {
  return `LT-${product + 1}`;
}

/** The index of a SKU of the run; undefined for anybody else's. */
export function productOfSku(sku: string): number | undefined {
  const match = /^LT-([1-9][0-9]{0,8})$/.exec(sku);
  return match === null ? undefined : Number(match[1]) - 1;
}
