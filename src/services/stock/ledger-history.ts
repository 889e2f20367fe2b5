import type { Moment } from '../../domain/parse/moment.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { LedgerEntry, LedgerFilter, LedgerReader } from '../../ports/ledger-reader.ts';
import type { StockReader } from '../../ports/stock-reader.ts';
import { requireLocation, requireProduct, requireSupplier } from './require.ts';

interface HistoryDependencies {
  readonly catalogue: Catalogue;
  readonly ledger: LedgerReader;
  readonly stock: StockReader;
}

/** null = no matter. */
export interface HistoryQuestion {
  /** A SKU or a barcode. */
  readonly product: string | null;
  readonly location: string | null;
  readonly supplier: string | null;
  readonly kind: string | null;
  readonly actor: string | null;
  readonly reference: string | null;
  readonly requestId: string | null;
  readonly since: Moment | null;
  readonly until: Moment | null;
  /** ISO 8601 UTC: the books as they stood then, by when movements occurred. */
  readonly asOf: string | null;
  readonly beforeId: number | null;
  /** null = all of it. */
  readonly limit: number | null;
}

export interface History {
  readonly entries: AsyncIterable<LedgerEntry>;
  /** On hand by location as of the moment asked for; null without a product or a moment. */
  readonly balance: readonly { readonly location: string; readonly onHand: number }[] | null;
}

/** Lines of the ledger, newest first. @throws InvError NOT_FOUND */
export async function ledgerHistory(
  { catalogue, ledger, stock }: HistoryDependencies,
  question: HistoryQuestion,
): Promise<History> {
  const { kind, actor, reference, requestId, beforeId, limit, asOf } = question;
  const filter: LedgerFilter = {
    productId: await idOf(question.product, (text) => requireProduct(catalogue, text)),
    locationId: await idOf(question.location, (code) => requireLocation(catalogue, code)),
    supplierId: await idOf(question.supplier, (code) => requireSupplier(catalogue, code)),
    kind,
    actor,
    reference,
    requestId,
    occurredFrom: await momentOf(ledger, question.since),
    occurredTo: earlier(await momentOf(ledger, question.until), asOf),
  };
  const { productId } = filter;
  return {
    entries: ledger.entries(filter, { beforeId, limit }),
    balance: productId === null || asOf === null ? null : await stock.onHandAsOf(productId, asOf),
  };
}

async function idOf(
  text: string | null,
  find: (text: string) => Promise<{ readonly id: number }>,
): Promise<number | null> {
  return text === null ? null : (await find(text)).id;
}

/** An age counts from the database's now: the ledger's times are its own. */
async function momentOf(ledger: LedgerReader, moment: Moment | null): Promise<string | null> {
  if (moment === null) return null;
  return 'at' in moment ? moment.at : ledger.momentBefore(moment.agoMs);
}

/** All times have the same number of digits, so their order is that of the text. */
function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
