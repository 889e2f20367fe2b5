import { parseBarcode, splitBarcodes } from './barcode.ts';
import type { Code } from './code.ts';
import { parseCode } from './code.ts';
import { parseInstant } from './instant.ts';
import { parseLeadDays } from './lead-days.ts';
import { parseMoney } from './money.ts';
import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { parseLevel, parseQuantity, parseSignedQuantity } from './quantity.ts';
import { parseRequestId } from './request-id.ts';
import type { Sku } from './sku.ts';
import { parseSku } from './sku.ts';
import {
  parseContact,
  parseEmail,
  parseName,
  parsePhone,
  parseReason,
  parseReference,
  parseUnit,
} from './text.ts';

export interface LineProblem {
  readonly column: string;
  readonly message: string;
}

/** A line of a file: its value, or everything that is wrong with it, so that one look mends it. */
export type ParsedLine<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly LineProblem[] };

/** The cells of a line by field name. An absent and an empty cell mean the same. */
export type RawLine = Readonly<Record<string, string>>;

export const STOCK_COLUMNS = [
  'sku',
  'quantity',
  'location',
  'reference',
  'reason',
  'supplier',
  'cost',
  'request_id',
  'occurred_at',
] as const;
export const PRODUCT_COLUMNS = [
  'sku',
  'name',
  'unit',
  'barcode',
  'min_level',
  'safety_stock',
  'cost',
  'supplier',
] as const;
export const SUPPLIER_COLUMNS = ['code', 'name', 'contact', 'phone', 'email', 'lead_days'] as const;

export interface StockLine {
  readonly sku: Sku;
  /** Base units; negative (an outgoing line of a ledger) only when signed quantities were asked for. */
  readonly quantity: number;
  readonly location: Code | undefined;
  readonly reference: string | undefined;
  readonly reason: string | undefined;
  readonly supplier: Code | undefined;
  readonly cost: string | undefined;
  readonly requestId: string | undefined;
  readonly occurredAt: Date | undefined;
}

export interface ProductLine {
  readonly sku: Sku;
  readonly name: string;
  readonly unit: string | undefined;
  /** Each once, in the order of the cell. */
  readonly barcodes: readonly string[];
  readonly minLevel: number | undefined;
  readonly safetyStock: number | undefined;
  readonly cost: string | undefined;
  readonly supplier: Code | undefined;
}

export interface SupplierLine {
  readonly code: Code;
  readonly name: string;
  readonly contact: string | undefined;
  readonly phone: string | undefined;
  readonly email: string | undefined;
  readonly leadDays: number | undefined;
}

export function parseStockLine(
  raw: RawLine,
  { signed }: { signed: boolean },
): ParsedLine<StockLine> {
  const problems: LineProblem[] = [];
  const sku = required(raw, 'sku', parseSku, problems);
  const quantity = required(
    raw,
    'quantity',
    signed ? parseSignedQuantity : parseQuantity,
    problems,
  );
  const rest = {
    location: optional(raw, 'location', parseCode, problems),
    reference: optional(raw, 'reference', parseReference, problems),
    reason: optional(raw, 'reason', parseReason, problems),
    supplier: optional(raw, 'supplier', parseCode, problems),
    cost: optional(raw, 'cost', parseMoney, problems),
    requestId: optional(raw, 'request_id', parseRequestId, problems),
    occurredAt: optional(raw, 'occurred_at', parseInstant, problems),
  };
  if (sku === undefined || quantity === undefined || problems.length > 0) {
    return { ok: false, problems };
  }
  return { ok: true, value: { sku, quantity, ...rest } };
}

export function parseProductLine(raw: RawLine): ParsedLine<ProductLine> {
  const problems: LineProblem[] = [];
  const sku = required(raw, 'sku', parseSku, problems);
  const name = required(raw, 'name', parseName, problems);
  const rest = {
    unit: optional(raw, 'unit', parseUnit, problems),
    barcodes: optional(raw, 'barcode', parseBarcodes, problems) ?? [],
    minLevel: optional(raw, 'min_level', parseLevel, problems),
    safetyStock: optional(raw, 'safety_stock', parseLevel, problems),
    cost: optional(raw, 'cost', parseMoney, problems),
    supplier: optional(raw, 'supplier', parseCode, problems),
  };
  if (sku === undefined || name === undefined || problems.length > 0) {
    return { ok: false, problems };
  }
  return { ok: true, value: { sku, name, ...rest } };
}

export function parseSupplierLine(raw: RawLine): ParsedLine<SupplierLine> {
  const problems: LineProblem[] = [];
  const code = required(raw, 'code', parseCode, problems);
  const name = required(raw, 'name', parseName, problems);
  const rest = {
    contact: optional(raw, 'contact', parseContact, problems),
    phone: optional(raw, 'phone', parsePhone, problems),
    email: optional(raw, 'email', parseEmail, problems),
    leadDays: optional(raw, 'lead_days', parseLeadDays, problems),
  };
  if (code === undefined || name === undefined || problems.length > 0) {
    return { ok: false, problems };
  }
  return { ok: true, value: { code, name, ...rest } };
}

type Parser<T> = (text: string) => Parsed<T>;

function required<T>(
  raw: RawLine,
  column: string,
  parse: Parser<T>,
  problems: LineProblem[],
): T | undefined {
  return cell(parse(raw[column] ?? ''), column, problems);
}

function optional<T>(
  raw: RawLine,
  column: string,
  parse: Parser<T>,
  problems: LineProblem[],
): T | undefined {
  const text = raw[column];
  return text === undefined || text === '' ? undefined : cell(parse(text), column, problems);
}

function cell<T>(result: Parsed<T>, column: string, problems: LineProblem[]): T | undefined {
  if (result.ok) return result.value;
  problems.push({ column, message: result.message });
  return undefined;
}

function parseBarcodes(text: string): Parsed<readonly string[]> {
  const barcodes = new Set<string>();
  for (const part of splitBarcodes(text)) {
    const barcode = parseBarcode(part);
    if (!barcode.ok) return refused(barcode.message);
    barcodes.add(barcode.value);
  }
  return parsed([...barcodes]);
}
