import type { Command } from 'commander';
import type { CommandHost } from './command-host.ts';

/** One word after `inv`. Its commands are loaded only when it is called: start-up time is kept for work. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  /** For machines: not in help, not completed, not suggested. */
  readonly isHidden?: boolean;
  readonly load: () => Promise<(host: CommandHost) => Command>;
}

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    name: 'product',
    summary: 'products, their barcodes and levels',
    load: async () => (await import('./commands/product/product.ts')).productCommand,
  },
  {
    name: 'supplier',
    summary: 'suppliers, and what they sell',
    load: async () => (await import('./commands/supplier/supplier.ts')).supplierCommand,
  },
  {
    name: 'location',
    summary: 'places that hold stock',
    load: async () => (await import('./commands/location/location.ts')).locationCommand,
  },
  {
    name: 'stock',
    summary: 'stock in and out, levels, history',
    load: async () => (await import('./commands/stock/stock.ts')).stockCommand,
  },
  {
    name: 'pool',
    summary: 'units handed to Redis, to sell them fast',
    load: async () => (await import('./commands/pool/pool.ts')).poolCommand,
  },
  {
    name: 'order',
    summary: 'sales and timed holds from a pool',
    load: async () => (await import('./commands/order/order.ts')).orderCommand,
  },
  {
    name: 'reconcile',
    summary: 'whether ledger, balances and pools agree',
    load: async () => (await import('./commands/reconcile/reconcile.ts')).reconcileCommand,
  },
  {
    name: 'bench',
    summary: 'strategies side by side, judged by the books',
    load: async () => (await import('./commands/bench/bench.ts')).benchCommand,
  },
  {
    name: 'loadtest',
    summary: 'a rush of buyers, judged by both stores',
    load: async () => (await import('./commands/loadtest/loadtest.ts')).loadtestCommand,
  },
  {
    name: '__generate',
    summary: 'a generator of inv loadtest, in a thread of its own',
    isHidden: true,
    load: async () => (await import('./commands/loadtest/generate.ts')).generateCommand,
  },
  {
    name: 'worker',
    summary: 'books what pools have sold',
    load: async () => (await import('./commands/worker/worker.ts')).workerCommand,
  },
  {
    name: 'db',
    summary: 'the database schema: migrate, status, wait',
    load: async () => (await import('./commands/db/db.ts')).dbCommand,
  },
  {
    name: 'local',
    summary: 'the private MySQL and Redis on this machine',
    load: async () => (await import('./commands/local/local.ts')).localCommand,
  },
  {
    name: 'doctor',
    summary: 'what is wrong here, and what to do about it',
    load: async () => (await import('./commands/doctor/doctor.ts')).doctorCommand,
  },
  {
    name: 'config',
    summary: 'settings, and where they come from',
    load: async () => (await import('./commands/config/config.ts')).configCommand,
  },
  {
    name: 'help',
    summary: 'help on a command or a topic',
    load: async () => (await import('./commands/help/help.ts')).helpCommand,
  },
  {
    name: 'completion',
    summary: 'completion for bash, zsh, fish and PowerShell',
    load: async () => (await import('./commands/completion/completion.ts')).completionCommand,
  },
  {
    name: '__complete',
    summary: 'what could come next, for the scripts of inv completion',
    isHidden: true,
    load: async () => (await import('./commands/completion/complete.ts')).completeCommand,
  },
  {
    name: 'demo',
    summary: 'a guided tour on servers of its own',
    load: async () => (await import('./commands/demo/demo.ts')).demoCommand,
  },
];
