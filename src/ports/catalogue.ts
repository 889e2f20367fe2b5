/** A product as a posting needs it. */
export interface ProductReference {
  readonly id: number;
  readonly sku: string;
  /** 1 unless the product was named by a barcode of a pack. */
  readonly unitsPerScan: number;
}

export interface CodeReference {
  readonly id: number;
  readonly code: string;
}

/** Finds what people call things by. */
export interface Catalogue {
  /** By SKU, or else by barcode; keyed by the text that was asked for. Archived ones are found too. */
  findProducts(texts: readonly string[]): Promise<ReadonlyMap<string, ProductReference>>;
  findLocations(codes: readonly string[]): Promise<ReadonlyMap<string, CodeReference>>;
  findSuppliers(codes: readonly string[]): Promise<ReadonlyMap<string, CodeReference>>;
  /** Existing codes that look like the word, the most alike first. */
  similar(kind: 'product' | 'location' | 'supplier', word: string): Promise<readonly string[]>;
}
