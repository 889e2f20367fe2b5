import { setTimeout as sleep } from 'node:timers/promises';
import { keySlot } from '../../../src/adapters/redis/cluster/key-slot.ts';
import { freePort } from '../free-port.ts';
import { startOwnRedis } from './own-redis.ts';
import type { OwnRedis } from './own-redis.ts';

export interface ClusterNode extends OwnRedis {
  readonly port: number;
  /** Its name in the cluster, which it keeps. */
  readonly id: string;
}

/** A cluster of the test's own: the slots are shared evenly among its masters, in their order. */
export interface OwnCluster {
  readonly masters: readonly ClusterNode[];
  /** One of each master, in the same order; none when left out. */
  readonly replicas: readonly ClusterNode[];
  /** Who has the slot of the key, by the word of a node that lives. */
  ownerOf(key: string): Promise<ClusterNode>;
  /** Sockets of those that have slots, for looking at all of the data. */
  ownerSockets(): Promise<readonly string[]>;
  /** Gives the slots of a node that is dead or frozen to its replica, and waits until the others know. */
  takeOver(heir: ClusterNode, from: ClusterNode): Promise<void>;
  /** Moves the slot of the key with all its keys while others use it, step by step. */
  moveSlotOf(key: string, to: ClusterNode, options?: MoveOptions): Promise<void>;
  close(): Promise<void>;
}

export interface MoveOptions {
  /** Called when some of the keys have gone and others have not. */
  readonly halfWay?: () => Promise<unknown>;
}

export interface OwnClusterOptions {
  readonly masters?: number;
  readonly hasReplicas?: boolean;
  readonly extraArguments?: readonly string[];
}

const SLOTS = 16_384;

export async function startOwnCluster(options: OwnClusterOptions = {}): Promise<OwnCluster> {
  const { masters: count = 3, hasReplicas = false, extraArguments = [] } = options;
  const nodes: ClusterNode[] = [];
  try {
    for (let at = 0; at < count * (hasReplicas ? 2 : 1); at += 1) {
      nodes.push(await startNode(extraArguments));
    }
    const masters = nodes.slice(0, count);
    const replicas = nodes.slice(count);
    await join(masters, replicas);
    return clusterOf(masters, replicas);
  } catch (error) {
    for (const node of nodes) await node.close();
    throw error;
  }
}

async function join(
  masters: readonly ClusterNode[],
  replicas: readonly ClusterNode[],
): Promise<void> {
  const nodes = [...masters, ...replicas];
  for (const [at, master] of masters.entries()) {
    const [first, next] = [at, at + 1].map((part) => Math.floor((part * SLOTS) / masters.length));
    await master.ask('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
    await master.ask('CLUSTER', 'ADDSLOTSRANGE', first ?? 0, (next ?? 0) - 1);
  }
  // Each meets each, because hearsay takes seconds.
  for (const [at, node] of nodes.entries()) {
    for (const { port } of nodes.slice(at + 1)) {
      await node.ask('CLUSTER', 'MEET', '127.0.0.1', port);
    }
  }
  await everyNode(nodes, async (node) => {
    const known = await textOf(node, 'CLUSTER', 'NODES');
    return nodes.every(({ id }) => known.includes(id)) && !known.includes('handshake');
  });
  for (const [at, replica] of replicas.entries()) {
    await replica.ask('CLUSTER', 'REPLICATE', masters[at]?.id ?? '');
  }
  await everyNode(replicas, async (node) =>
    (await textOf(node, 'INFO')).includes('master_link_status:up'),
  );
  // A replica that has not heard of its master's slots would take over none.
  await everyNode(nodes, async (node) => {
    const known = await textOf(node, 'CLUSTER', 'NODES');
    const isOk = (await textOf(node, 'CLUSTER', 'INFO')).includes('cluster_state:ok');
    return isOk && masters.every((master) => hasSlots(known, master));
  });
}

async function startNode(extraArguments: readonly string[]): Promise<ClusterNode> {
  const port = await freePort();
  const node = await startOwnRedis({
    extraArguments: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--cluster-enabled', 'yes'],
      // A busy machine is no reason to take over; where one dies, the others go on.
      ...['--cluster-node-timeout', '60000', '--cluster-require-full-coverage', 'no'],
      ...['--repl-diskless-sync-delay', '0'],
      ...extraArguments,
    ],
  });
  return { ...node, port, id: String(await node.ask('CLUSTER', 'MYID')) };
}

function clusterOf(masters: readonly ClusterNode[], replicas: readonly ClusterNode[]): OwnCluster {
  const nodes = [...masters, ...replicas];
  const nodeAt = (port: unknown): ClusterNode => {
    const found = nodes.find((node) => node.port === port);
    if (found === undefined) throw new Error(`no node of ours: ${String(port)}`);
    return found;
  };
  const ranges = async (): Promise<readonly [number, number, ClusterNode][]> => {
    const witness = nodes.find((node) => node.pid() !== undefined);
    const reply = (await witness?.ask('CLUSTER', 'SLOTS')) as [number, number, unknown[]][];
    return reply.map(([first, last, [, port]]) => [first, last, nodeAt(port)]);
  };
  const ownerOf = async (key: string): Promise<ClusterNode> => {
    const slot = keySlot(key);
    const range = (await ranges()).find(([first, last]) => first <= slot && slot <= last);
    if (range === undefined) throw new Error(`nobody has slot ${slot}`);
    return range[2];
  };
  return {
    masters,
    replicas,
    ownerOf,
    ownerSockets: async () => [
      ...new Set((await ranges()).map(([, , { socketPath }]) => socketPath)),
    ],
    takeOver: async (heir, from) => {
      await heir.ask('CLUSTER', 'FAILOVER', 'TAKEOVER');
      const others = nodes.filter((node) => node !== from && node.pid() !== undefined);
      await everyNode(others, async (node) =>
        hasSlots(await textOf(node, 'CLUSTER', 'NODES'), heir),
      );
    },
    moveSlotOf: async (key, to, move) => {
      await moveSlot({ slot: keySlot(key), from: await ownerOf(key), to, nodes }, move);
    },
    close: async () => {
      for (const node of nodes) await node.close();
    },
  };
}

interface Move {
  readonly slot: number;
  readonly from: ClusterNode;
  readonly to: ClusterNode;
  readonly nodes: readonly ClusterNode[];
}

async function moveSlot({ slot, from, to, nodes }: Move, options: MoveOptions = {}): Promise<void> {
  await to.ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
  await from.ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
  const target = ['127.0.0.1', to.port, '', 0, 60_000, 'KEYS'] as const;
  for (let isFirst = true; ; isFirst = false) {
    const keys = await from.ask('CLUSTER', 'GETKEYSINSLOT', slot, 1);
    if (!Array.isArray(keys) || keys.length === 0) break;
    await from.ask('MIGRATE', ...target, String(keys[0]));
    if (isFirst) await options.halfWay?.();
  }
  // The new owner first, so that the slot has one at any time; replicas hear of it from their masters.
  await to.ask('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
  await from.ask('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
  await until(async () => {
    const views = nodes
      .filter((node) => node.pid() !== undefined)
      .map(async (node) => isOwnerOf(await textOf(node, 'CLUSTER', 'NODES'), slot, to.id));
    return (await Promise.all(views)).every(Boolean);
  });
}

/** In the text of CLUSTER NODES: a line a node, its id first and its slots at the end. */
function slotsIn(text: string, id: string): readonly string[] {
  const line = text.split('\n').find((one) => one.startsWith(id)) ?? '';
  return line.split(' ').slice(8);
}

function hasSlots(text: string, { id }: ClusterNode): boolean {
  return slotsIn(text, id).length > 0;
}

function isOwnerOf(text: string, slot: number, id: string): boolean {
  return slotsIn(text, id).some((word) => {
    const [first = NaN, last = first] = word.split('-').map(Number);
    return first <= slot && slot <= last;
  });
}

async function everyNode(
  nodes: readonly ClusterNode[],
  isSo: (node: ClusterNode) => Promise<boolean>,
): Promise<void> {
  for (const node of nodes) await until(() => isSo(node));
}

async function textOf(node: OwnRedis, ...command: readonly [string, ...string[]]): Promise<string> {
  return String(await node.ask(...command));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
