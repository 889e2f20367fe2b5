import type { JsonObject } from '../../lib/json.ts';
import type {
  Product,
  StockAtLocation,
  SupplierOfProduct,
} from '../../ports/product-store.ts';

/** A product as `--json` shows it (cli.md: product list). */
export function productDocument(product: Product): JsonObject {
  return {
    sku: product.sku,
    name: product.name,
    unit: product.unit,
    status: product.status,
    min_level: product.minLevel,
    safety_stock: product.safetyStock,
    cost: product.cost,
    barcodes: product.barcodes.map((barcode) => barcode.code),
    packs: product.barcodes
      .filter((barcode) => barcode.unitsPerScan !== 1)
      .map(({ code, unitsPerScan }) => ({ code, units_per_scan: unitsPerScan })),
    supplier: product.supplier,
    version: product.version,
    created_at: product.createdAt,
    updated_at: product.updatedAt,
  };
}

export interface ProductDetails {
  readonly product: Product;
  readonly suppliers: readonly SupplierOfProduct[];
  readonly stock: readonly StockAtLocation[];
}

/** `inv product show`: the product, who sells it, and where it lies. */
export function productDetailsDocument({ product, suppliers, stock }: ProductDetails): JsonObject {
  const onHand = stock.reduce((sum, row) => sum + row.onHand, 0);
  const reserved = stock.reduce((sum, row) => sum + row.reserved, 0);
  return {
    ...productDocument(product),
    updated_by: product.actor,
    request_id: product.requestId,
    on_hand: onHand,
    reserved,
    available: onHand - reserved,
    suppliers: suppliers.map((supplier) => ({
      code: supplier.code,
      name: supplier.name,
      supplier_sku: supplier.supplierSku,
      cost: supplier.cost,
      lead_days: supplier.leadDays,
      minimum_order: supplier.minimumOrder,
      preferred: supplier.preferred,
    })),
    locations: stock.map((row) => ({
      location: row.location,
      on_hand: row.onHand,
      reserved: row.reserved,
      available: row.onHand - row.reserved,
    })),
  };
}
