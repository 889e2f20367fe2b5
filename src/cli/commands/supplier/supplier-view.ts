import type { Supplier } from '../../../ports/supplier-store.ts';
import { supplierDocument } from '../../../services/catalogue/supplier-document.ts';
import type { Column, Presentation } from '../../terminal/types.ts';
import { requestLine, writtenFacts } from '../../write.ts';
import type { Written } from '../../write.ts';

export const SUPPLIER_LIST_COLUMNS: readonly Column[] = [
  { key: 'code', title: 'CODE', priority: 3 },
  { key: 'name', title: 'NAME', priority: 2 },
  { key: 'status', title: 'STATUS', style: (value) => (value === 'archived' ? 'dim' : undefined) },
  { key: 'contact', title: 'CONTACT' },
  { key: 'phone', title: 'PHONE', priority: 1 },
  { key: 'email', title: 'EMAIL', priority: 1 },
  { key: 'lead_days', title: 'LEAD DAYS', priority: 1 },
];

export function supplierAddedPresentation(
  { supplier, replayed }: { readonly supplier: Supplier; readonly replayed: boolean },
  written: Omit<Written<unknown>, 'value'>,
): Presentation {
  const lead = supplier.leadDays === null ? '' : `, delivers in ${String(supplier.leadDays)} days`;
  return {
    document: { ...writtenFacts(written, replayed), ...supplierDocument(supplier) },
    human: (style) => [
      `${style.green(style.mark.ok)} ${style.bold(supplier.code)} ${supplier.name}${
        replayed ? ' exists' : ' added'
      }${lead}`,
      requestLine(written, { replayed, style }),
    ],
  };
}
