import type { Config } from '../../config/config.ts';
import { ensureLocalServers, findAnswering } from '../../local/ensure.ts';
import type { LocalOptions, LocalServers, ServerKind } from '../../local/options.ts';
import type { LocalStatus } from '../../local/status.ts';
import type { StopResult } from '../../local/stop.ts';
import type { Clock } from '../../ports/clock.ts';

/** The private MySQL and Redis of INV_HOME, in the hands of their operator. */
export interface PrivateServers {
  /** False when an address is configured: then no other command uses the private servers. */
  readonly areUsed: boolean;
  status(): Promise<LocalStatus>;
  /** The servers when both answer. Starts nothing. */
  running(): Promise<LocalServers | undefined>;
  /** @throws InvError STORE_UNAVAILABLE with the end of the server's log */
  start(): Promise<LocalServers>;
  stop(): Promise<StopResult>;
  /** Stops both and deletes what they hold. The caller has asked. */
  reset(): Promise<StopResult>;
  planInstall(): Promise<Installation>;
}

/** What installing the missing server programs takes. */
export interface Installation {
  readonly missing: readonly ServerKind[];
  /** For people to read and paste. */
  readonly commands: readonly string[];
  /** @returns what was installed */
  run(): Promise<readonly ServerKind[]>;
}

/** Where apt keeps its lists, and what only exists when systemd runs this machine. */
const MACHINE = { packageLists: '/var/lib/apt/lists', systemdMarker: '/run/systemd/system' };

export function privateServers(
  config: Config,
  { local, clock }: { readonly local: LocalOptions; readonly clock: Clock },
): PrivateServers {
  return {
    areUsed: config.mysql.url === null && config.redis.url === null,
    status: async () => (await import('../../local/status.ts')).localStatus(local),
    running: () => findAnswering(local),
    start: () => ensureLocalServers(local),
    stop: async () => (await import('../../local/stop.ts')).stopLocalServers(local),
    reset: async () => (await import('../../local/reset.ts')).resetLocalServers(local),
    planInstall: async () => {
      const { describePlan, planInstall } = await import('../../local/install-plan.ts');
      const plan = planInstall(local, { ...MACHINE, nowMs: clock.now() });
      return {
        missing: plan.missing,
        commands: describePlan(plan),
        run: async () => {
          const { installLocalServers } = await import('../../local/install.ts');
          return installLocalServers(local, plan);
        },
      };
    },
  };
}
