import { InvError } from '../../../lib/errors.ts';
import { RedisLink } from '../pool/link.ts';
import type { RedisLinkOptions } from '../pool/link.ts';
import { keySlot } from './key-slot.ts';
import type { Moved, NodeAddress } from './moved.ts';
import { nodeTarget } from './node-target.ts';
import { parseSlotRanges } from './slot-ranges.ts';
import type { SlotRange } from './slot-ranges.ts';

/** While nodes fail, the others are asked so often who has their slots. */
const ASK_AGAIN_MS = 100;

/**
 * The links to the servers that hold the keys: to one Redis, or to the masters of a cluster, where every
 * call goes to the node that has the slot of its keys. States: one server, until it answers that a key is
 * at another, or where more nodes than one are given; then a cluster, for good. Who has a slot is learnt
 * from such answers, and after a failure from whichever node tells. Nothing is sent here but that question: whoever calls decides what may be
 * sent again.
 */
export class RedisLinks {
  readonly label: string;
  readonly #options: RedisLinkOptions;
  readonly #first: RedisLink;
  /** By name; the one that was asked last comes last. */
  readonly #links = new Map<string, RedisLink>();
  /** Who has which slots, as a node has told; undefined: there is no cluster. */
  #ranges: readonly SlotRange<RedisLink>[] | undefined;
  /** Of the slots in use, what the ranges say, and what single nodes have said since. */
  readonly #owners = new Map<number, RedisLink>();
  #isOutdated = false;
  #askAgainAtMs = 0;
  #asking: Promise<void> | undefined;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.label = options.target.label;
    this.#first = new RedisLink(options);
    this.#links.set(this.label, this.#first);
    if ((options.target.otherNodes ?? []).length === 0) return;
    this.#ranges = [];
    this.#isOutdated = true;
  }

  /** Where the key is, as far as is known; undefined: `find` it. */
  known(key: string): RedisLink | undefined {
    if (this.#ranges === undefined) return this.#first;
    return this.#isOutdated ? undefined : this.#owner(keySlot(key));
  }

  /**
   * Where the key is, after asking the cluster anew if it is time. Where no node answers, the call itself
   * will tell.
   * @throws InvError NOT_PERMITTED, BAD_CONFIGURATION
   */
  async find(key: string): Promise<RedisLink> {
    try {
      if (this.#isOutdated && this.#monotonic() >= this.#askAgainAtMs) await this.#ask();
    } catch (error) {
      if (!isAway(error)) throw error;
    }
    return this.#owner(keySlot(key));
  }

  /**
   * Notes where a key has gone.
   * @throws InvError as a link, and BAD_CONFIGURATION when inv must not go there
   */
  async follow({ slot, to }: Moved, from: RedisLink): Promise<void> {
    const owner = this.#linkTo(to, from);
    if (this.#ranges === undefined) await this.#ask(from);
    this.#owners.set(slot, owner);
  }

  /** A node did not do what it was asked for: perhaps another has its slots by now. */
  failed(): void {
    if (this.#ranges !== undefined) this.#isOutdated = true;
  }

  /**
   * Every server that may hold keys: of a cluster, each master that has slots.
   * @throws InvError as a link
   */
  async all(): Promise<readonly RedisLink[]> {
    if (this.#ranges === undefined) return [this.#first];
    await this.#ask();
    return [...new Set(this.#ranges.map(({ master }) => master))];
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  #owner(slot: number): RedisLink {
    const known = this.#owners.get(slot);
    if (known !== undefined) return known;
    const range = this.#ranges?.find(({ first, last }) => first <= slot && slot <= last);
    const owner = range?.master ?? this.#first;
    this.#owners.set(slot, owner);
    return owner;
  }

  /** Once for all who want to know it at the same time. */
  #ask(first?: RedisLink): Promise<void> {
    this.#asking ??= this.#askAny(first).finally(() => {
      this.#asking = undefined;
      this.#askAgainAtMs = this.#monotonic() + ASK_AGAIN_MS;
    });
    return this.#asking;
  }

  async #askAny(first?: RedisLink): Promise<void> {
    for (const node of this.#options.target.otherNodes ?? []) this.#linkTo(node, this.#first);
    let failure: unknown;
    for (const link of first === undefined ? this.#inTurn() : [first]) {
      // A node that is cut off tells what was: next time another one is asked.
      this.#links.delete(link.label);
      this.#links.set(link.label, link);
      try {
        this.#learn(parseSlotRanges(await link.call('CLUSTER', ['SLOTS'])), link);
        return;
      } catch (error) {
        if (isNoCluster(error)) throw noCluster(link.label);
        if (!isAway(error)) throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  /** Connected ones first: the others may take their time to fail. */
  #inTurn(): readonly RedisLink[] {
    const links = [...this.#links.values()];
    return [...links.filter((link) => link.isUp), ...links.filter((link) => !link.isUp)];
  }

  #learn(ranges: readonly SlotRange<NodeAddress>[], from: RedisLink): void {
    const told = ranges.map(({ first, last, master, replicas }) => ({
      first,
      last,
      master: this.#linkTo(master, from),
      replicas: replicas.map((replica) => this.#linkTo(replica, from)),
    }));
    this.#ranges = told;
    this.#owners.clear();
    this.#isOutdated = false;
    this.#forget(new Set(told.flatMap(({ master, replicas }) => [master, ...replicas])));
  }

  /** Nodes that have left the cluster. One that still answers is kept, for the sake of its calls. */
  #forget(members: ReadonlySet<RedisLink>): void {
    for (const [name, link] of this.#links) {
      if (link === this.#first || link.isUp || members.has(link)) continue;
      this.#links.delete(name);
      void link.close();
    }
  }

  #linkTo(address: NodeAddress, from: RedisLink): RedisLink {
    const target = nodeTarget(from.target, address);
    const known = this.#links.get(target.label);
    if (known !== undefined) return known;
    const link = new RedisLink({ ...this.#options, target });
    this.#links.set(target.label, link);
    return link;
  }

  #monotonic(): number {
    return this.#options.clock.monotonic();
  }
}

function isAway(error: unknown): boolean {
  return (
    error instanceof InvError &&
    (error.code === 'STORE_UNAVAILABLE' || error.code === 'OUTCOME_UNKNOWN')
  );
}

/** CLUSTER is refused by a server that was not started as a node of one. */
function isNoCluster(error: unknown): boolean {
  return error instanceof InvError && error.facts['reply'] === 'ERR';
}

function noCluster(label: string): InvError {
  return new InvError('BAD_CONFIGURATION', `Redis at ${label} is not a node of a cluster`, {
    hint: 'leave redis.cluster_nodes away, or name nodes of a cluster',
    facts: { store: 'redis' },
  });
}
