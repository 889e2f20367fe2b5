/** The server does not have the slot of the key, and names the one that has it: nothing was executed. */
export class Moved extends Error {
  override readonly name = 'Moved';
  readonly slot: number;
  readonly to: NodeAddress;

  constructor(slot: number, to: NodeAddress) {
    super(`slot ${slot} is at ${to.host}:${to.port}`);
    this.slot = slot;
    this.to = to;
  }
}

export interface NodeAddress {
  /** Empty: the host that was asked. */
  readonly host: string;
  readonly port: number;
}

/** Reads `MOVED 3999 127.0.0.1:6381`; undefined for any other reply. */
export function parseMoved(message: string): Moved | undefined {
  const [, slot, host = '', port] = /^MOVED (\d+) (\S*):(\d+)$/.exec(message) ?? [];
  return slot === undefined ? undefined : new Moved(Number(slot), { host, port: Number(port) });
}
