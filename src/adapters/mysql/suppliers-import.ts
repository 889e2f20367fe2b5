import type {
  ChangedSupplier,
  ImportedSupplier,
  KnownSupplier,
  SupplierImportOptions,
  SupplierImportStore,
} from '../../ports/supplier-import.ts';
import type { Database } from './database.ts';
import { importTransaction, Overtaken } from './import-transaction.ts';
import type { Session } from './session.ts';
import { integer } from './values.ts';

const SUPPLIERS_TABLE = `
  JSON_TABLE(?, '$[*]' COLUMNS (
    line INT PATH '$[0]', code VARCHAR(64) CHARACTER SET ascii PATH '$[1]',
    name VARCHAR(200) CHARACTER SET utf8mb4 PATH '$[2]', contact VARCHAR(200) CHARACTER SET utf8mb4 PATH '$[3]',
    phone VARCHAR(200) CHARACTER SET utf8mb4 PATH '$[4]', email VARCHAR(254) CHARACTER SET utf8mb4 PATH '$[5]',
    lead_days BIGINT PATH '$[6]', id BIGINT PATH '$[7]', version BIGINT PATH '$[8]')) AS j`;

const SELECT_SUPPLIERS = `
  SELECT s.id, s.code, s.name, s.contact, s.phone, s.email, s.lead_days, s.version
    FROM JSON_TABLE(?, '$[*]' COLUMNS (code VARCHAR(64) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN suppliers s FORCE INDEX (suppliers_code) ON s.code = CAST(asked.code AS BINARY)`;

const INSERT_SUPPLIERS = `
  INSERT INTO suppliers (code, name, contact, phone, email, lead_days, created_at, updated_at,
                         actor, host, source, request_id)
  SELECT j.code, j.name, j.contact, j.phone, j.email, j.lead_days, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
         ?, ?, ?, CONCAT(?, ':', j.line)
    FROM ${SUPPLIERS_TABLE}`;

const UPDATE_SUPPLIERS = `
  UPDATE ${SUPPLIERS_TABLE} STRAIGHT_JOIN suppliers s FORCE INDEX (PRIMARY) ON s.id = j.id
     SET s.name = j.name, s.contact = j.contact, s.phone = j.phone, s.email = j.email,
         s.lead_days = j.lead_days, s.version = s.version + 1, s.updated_at = UTC_TIMESTAMP(6),
         s.actor = ?, s.host = ?, s.source = ?, s.request_id = CONCAT(?, ':', j.line)
   WHERE s.version = j.version`;

export function createSupplierImport(database: Database): SupplierImportStore {
  return {
    inTransaction: (options, work) =>
      importTransaction(database, (session) =>
        work({
          findSuppliers: (codes) => findSuppliers(session, codes),
          write: (writes) => writeSuppliers(session, writes, options),
        }),
      ),
  };
}

async function findSuppliers(
  session: Session,
  codes: readonly string[],
): Promise<ReadonlyMap<string, KnownSupplier>> {
  if (codes.length === 0) return new Map();
  const rows = await session.rows<{
    id: number;
    code: string;
    name: string;
    contact: string | null;
    phone: string | null;
    email: string | null;
    lead_days: number | null;
    version: number;
  }>(SELECT_SUPPLIERS, [JSON.stringify(codes)]);
  return new Map(
    rows.map(({ id, lead_days, version, ...same }) => [
      same.code,
      {
        ...same,
        id: integer(id),
        leadDays: lead_days === null ? null : integer(lead_days),
        version: integer(version),
      },
    ]),
  );
}

async function writeSuppliers(
  session: Session,
  {
    created,
    changed,
  }: {
    readonly created: readonly ImportedSupplier[];
    readonly changed: readonly ChangedSupplier[];
  },
  options: SupplierImportOptions,
): Promise<void> {
  const signed = [options.actor, options.host, options.source, options.requestIdPrefix];
  if (created.length > 0) await session.run(INSERT_SUPPLIERS, [...signed, rowsOf(created)]);
  if (changed.length === 0) return;
  const { matched } = await session.run(UPDATE_SUPPLIERS, [rowsOf(changed), ...signed]);
  if (matched !== changed.length) throw new Overtaken('a supplier was changed meanwhile');
}

function rowsOf(suppliers: readonly (ImportedSupplier | ChangedSupplier)[]): string {
  return JSON.stringify(
    suppliers.map((supplier) => [
      supplier.line,
      supplier.code,
      supplier.name,
      supplier.contact,
      supplier.phone,
      supplier.email,
      supplier.leadDays,
      ...('id' in supplier ? [supplier.id, supplier.version] : []),
    ]),
  );
}
