export interface HelpTopic {
  readonly name: string;
  readonly load: () => Promise<() => string>;
}

/** What `inv help TOPIC` explains; a topic is loaded when it is read. */
export const HELP_TOPICS: readonly HelpTopic[] = [
  { name: 'exit-codes', load: async () => (await import('./topics/exit-codes.ts')).text },
  { name: 'environment', load: async () => (await import('./topics/environment.ts')).text },
  { name: 'output', load: async () => (await import('./topics/output.ts')).text },
  { name: 'requests', load: async () => (await import('./topics/requests.ts')).text },
  { name: 'pools', load: async () => (await import('./topics/pools.ts')).text },
  { name: 'scanning', load: async () => (await import('./topics/scanning.ts')).text },
];
