import type { Command } from 'commander';
import type { CommandHost } from './command-host.ts';

/** One word after `inv`. Its commands are loaded only when it is called: start-up time is kept for work. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<(host: CommandHost) => Command>;
}

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    name: 'stock',
    summary: 'stock in and out, levels, history',
    load: async () => (await import('./commands/stock/stock.ts')).stockCommand,
  },
];
