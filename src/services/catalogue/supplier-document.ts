import type { JsonObject } from '../../lib/json.ts';
import type { Supplier, SupplyTerms } from '../../ports/supplier-store.ts';

/** A supplier as `--json` shows it. */
export function supplierDocument(supplier: Supplier): JsonObject {
  return {
    code: supplier.code,
    name: supplier.name,
    status: supplier.status,
    contact: supplier.contact,
    phone: supplier.phone,
    email: supplier.email,
    lead_days: supplier.leadDays,
    version: supplier.version,
    created_at: supplier.createdAt,
    updated_at: supplier.updatedAt,
  };
}

export function termsDocument(terms: SupplyTerms): JsonObject {
  return {
    supplier_sku: terms.supplierSku,
    cost: terms.cost,
    lead_days: terms.leadDays,
    minimum_order: terms.minimumOrder,
    preferred: terms.preferred,
  };
}
