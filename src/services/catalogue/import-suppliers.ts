import { parseSupplierLine } from '../../domain/parse/lines.ts';
import type { SupplierLine } from '../../domain/parse/lines.ts';
import type { Origin } from '../../domain/posting.ts';
import type {
  ChangedSupplier,
  ImportedSupplier,
  KnownSupplier,
  SupplierBatch,
} from '../../ports/supplier-import.ts';
import type { NewSupplier } from '../../ports/supplier-store.ts';
import { importFile } from '../files/import-file.ts';
import type { BatchResult, ImportFileOptions } from '../files/import-file.ts';
import type { ReadLine } from '../files/read-batches.ts';
import type { ImportReport } from '../files/import-report.ts';
import type { RepeatedLine } from '../files/merge-log.ts';
import type { CatalogueDependencies } from './dependencies.ts';

export interface ImportSuppliersOptions extends ImportFileOptions {
  /** False: suppliers that exist stay as they are. */
  readonly update: boolean;
  readonly origin: Origin;
}

/** Imports suppliers from the lines of a file. @throws what `importFile` throws */
export function importSuppliers(
  { supplierImport }: CatalogueDependencies,
  options: ImportSuppliersOptions,
): Promise<ImportReport> {
  const { origin, requestId, update } = options;
  return importFile<SupplierLine, SupplierBatch>(
    {
      codeColumn: 'code',
      parse: parseSupplierLine,
      inTransaction: (work) =>
        supplierImport.inTransaction({ ...origin, requestIdPrefix: requestId }, work),
      apply: async (batch, lines, firstLine) => {
        const codes = new Set<string>(lines.map(({ value }) => value.code));
        const known = await batch.findSuppliers([...codes]);
        const { result, created, changed } = decideSuppliers(lines, { known, firstLine, update });
        await batch.write({ created, changed });
        return result;
      },
    },
    options,
  );
}

interface SupplierSurroundings {
  readonly known: ReadonlyMap<string, KnownSupplier>;
  readonly firstLine: (code: string) => number | undefined;
  readonly update: boolean;
}

/** Decides the lines in their order: what each creates, changes or repeats. */
function decideSuppliers(
  lines: readonly ReadLine<SupplierLine>[],
  { known, firstLine, update }: SupplierSurroundings,
): {
  readonly result: BatchResult;
  readonly created: readonly ImportedSupplier[];
  readonly changed: readonly ChangedSupplier[];
} {
  const created: ImportedSupplier[] = [];
  const changed: ChangedSupplier[] = [];
  const accepted: { code: string; spelling: string; line: number }[] = [];
  const repeated: RepeatedLine[] = [];
  const inBatch = new Map<string, ImportedSupplier>();
  const counts = { replayed: 0, kept: 0 };
  for (const { line, spelling, value } of lines) {
    const { code } = value;
    const existing = known.get(code);
    const earlier = inBatch.get(code) ?? existing;
    const earlierLine = inBatch.get(code)?.line ?? (existing && firstLine(code));
    if (earlier !== undefined && earlierLine !== undefined) {
      const differs = isChanged(earlier, value);
      repeated.push({ code, spelling, line, firstLine: earlierLine, differs });
      counts.replayed += 1;
      continue;
    }
    accepted.push({ code, spelling, line });
    const after = { ...mergedFields(existing, value), line };
    if (existing === undefined) created.push(after);
    else if (!isChanged(existing, value)) counts.replayed += 1;
    else if (update) changed.push({ ...after, id: existing.id, version: existing.version });
    else counts.kept += 1;
    const stays = existing !== undefined && !update;
    inBatch.set(code, stays ? { ...existing, line } : after);
  }
  const numbers = { created: created.length, updated: changed.length, ...counts };
  return { result: { ...numbers, errors: [], defined: accepted, repeated }, created, changed };
}

/** An absent and an empty cell mean "as it is". */
function mergedFields(existing: KnownSupplier | undefined, line: SupplierLine): NewSupplier {
  return {
    code: line.code,
    name: line.name,
    contact: line.contact ?? existing?.contact ?? null,
    phone: line.phone ?? existing?.phone ?? null,
    email: line.email ?? existing?.email ?? null,
    leadDays: line.leadDays ?? existing?.leadDays ?? null,
  };
}

function isChanged(known: NewSupplier, line: SupplierLine): boolean {
  return (
    line.name !== known.name ||
    (line.contact !== undefined && line.contact !== known.contact) ||
    (line.phone !== undefined && line.phone !== known.phone) ||
    (line.email !== undefined && line.email !== known.email) ||
    (line.leadDays !== undefined && line.leadDays !== known.leadDays)
  );
}
