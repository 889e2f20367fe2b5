import { packBarcodeText } from '../../domain/pack-barcode.ts';
import { joinBarcodes } from '../../domain/parse/barcode.ts';
import type { PRODUCT_COLUMNS, SUPPLIER_COLUMNS } from '../../domain/parse/lines.ts';
import type { JsonValue } from '../../lib/json.ts';
import type { Product } from '../../ports/product-store.ts';
import type { Supplier } from '../../ports/supplier-store.ts';

type ExportRow<Columns extends readonly string[]> = Readonly<Record<Columns[number], JsonValue>>;

/** A product as a line that `inv product import` reads back as the same product. */
export function productExportRow(product: Product): ExportRow<typeof PRODUCT_COLUMNS> {
  return {
    sku: product.sku,
    name: product.name,
    unit: product.unit,
    barcode: joinBarcodes(product.barcodes.map(packBarcodeText)),
    min_level: product.minLevel,
    safety_stock: product.safetyStock,
    cost: product.cost,
    supplier: product.supplier,
  };
}

/** A supplier as a line that `inv supplier import` reads back as the same supplier. */
export function supplierExportRow(supplier: Supplier): ExportRow<typeof SUPPLIER_COLUMNS> {
  return {
    code: supplier.code,
    name: supplier.name,
    contact: supplier.contact,
    phone: supplier.phone,
    email: supplier.email,
    lead_days: supplier.leadDays,
  };
}
