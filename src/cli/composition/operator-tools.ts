import type { CompletionCode } from '../../adapters/mysql/completion-codes.ts';
import type { MachineFacts } from '../../adapters/system/machine.ts';
import type { StoreProbe } from '../../services/doctor/wait-for-stores.ts';
import type { ExamineSources } from '../../services/doctor/examine.ts';
import type { BenchSite, BenchSiteOptions } from './bench/bench-site.ts';
import type { LuaSite, LuaSiteOptions } from './bench/lua-site.ts';
import type { CodeKind } from './completion-codes.ts';
import type { DoctorOptions } from './doctor-sources.ts';
import type { LoadSite, LoadSiteOptions } from './loadtest/load-site.ts';
import type { cleanRuns } from './loadtest/run-stores.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';
import type { PrivateServers } from './private-servers.ts';
import type { SchemaControl } from './schema-control.ts';

export type LoadSiteRequest = Omit<LoadSiteOptions, keyof MysqlStoreOptions>;

/** What the commands of an operator use; each is loaded when it is asked for. */
export interface OperatorTools {
  /** The schema, also when it is missing, old or damaged and no other command would run. */
  schema(): Promise<SchemaControl>;
  privateServers(): Promise<PrivateServers>;
  /** One question for each store that commands need; a private one is started by it. */
  storeProbes(): Promise<readonly StoreProbe[]>;
  /** A place for one run of `inv loadtest`, made by this call. */
  loadSite(options: LoadSiteRequest): Promise<LoadSite>;
  /** A place for one run of `inv bench deduct`, made by this call. */
  benchSite(options: Omit<BenchSiteOptions, keyof MysqlStoreOptions>): Promise<BenchSite>;
  /** A place for one run of `inv bench lua`, made by this call. */
  luaSite(options: Omit<LuaSiteOptions, keyof MysqlStoreOptions>): Promise<LuaSite>;
  /** Removes what runs have left. */
  cleanRuns(options: Parameters<typeof cleanRuns>[1]): ReturnType<typeof cleanRuns>;
  /** What figures are measured on. */
  machine(): Promise<MachineFacts>;
  /** What `inv doctor` looks at. Starts nothing. */
  doctorSources(): Promise<ExamineSources>;
  /** Codes of the database for the Tab key: at once, or none. */
  completionCodes(kind: CodeKind, typed: string): Promise<readonly CompletionCode[]>;
}

export function operatorTools(options: DoctorOptions): OperatorTools {
  return {
    schema: async () => (await import('./schema-control.ts')).schemaControl(options),
    privateServers: async () => {
      const { privateServers } = await import('./private-servers.ts');
      return privateServers(options.config, options);
    },
    storeProbes: async () => (await import('./store-probes.ts')).storeProbes(options),
    loadSite: async (request) => {
      const { openLoadSite } = await import('./loadtest/load-site.ts');
      return openLoadSite({ ...options, ...request });
    },
    benchSite: async (request) => {
      const { openBenchSite } = await import('./bench/bench-site.ts');
      return openBenchSite({ ...options, ...request });
    },
    luaSite: async (request) => {
      const { openLuaSite } = await import('./bench/lua-site.ts');
      return openLuaSite({ ...options, ...request });
    },
    cleanRuns: async (request) => {
      const { cleanRuns: clean } = await import('./loadtest/run-stores.ts');
      return clean(options, request);
    },
    machine: async () => (await import('../../adapters/system/machine.ts')).machineFacts(),
    completionCodes: async (kind, typed) => {
      const { completionCodes } = await import('./completion-codes.ts');
      return completionCodes(options, kind, typed);
    },
    doctorSources: async () => (await import('./doctor-sources.ts')).doctorSources(options),
  };
}
