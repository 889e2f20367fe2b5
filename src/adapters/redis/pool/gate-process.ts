import { InvError } from '../../../lib/errors.ts';
import type { GateProcess } from '../../../ports/gate-process.ts';
import type { RedisLinks } from '../cluster/links.ts';
import { parseInfo } from '../parse-info.ts';
import type { RedisLink } from './link.ts';

/** What Redis says where it has never followed another. */
const NEVER = /^0+$/;

/**
 * INFO and CONFIG GET, for what a Redis that was started, or promoted, may lack. What this account may not
 * ask counts as unknown, and a Redis of which that is unknown may have lost something. In a cluster, a shard
 * may have come from any other node, so none of them may be one that loses.
 * @param key any key of the shard in question
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (nothing is changed by it)
 */
export async function readGateProcess(links: RedisLinks, key: string): Promise<GateProcess> {
  const owner = links.known(key) ?? (await links.find(key));
  const { run, keepsAcknowledged } = await processOf(owner);
  return { run, keepsAcknowledged: keepsAcknowledged && (await othersKeep(links, owner)) };
}

/** A node that does not answer is not known to have kept anything. */
async function othersKeep(links: RedisLinks, owner: RedisLink): Promise<boolean> {
  try {
    const others = (await links.all()).filter((link) => link !== owner);
    const processes = await Promise.all(others.map(processOf));
    return processes.every(({ keepsAcknowledged }) => keepsAcknowledged);
  } catch (error) {
    if (error instanceof InvError) return false;
    throw error;
  }
}

async function processOf(link: RedisLink): Promise<GateProcess> {
  const server = await info(link, 'server');
  const persistence = await info(link, 'persistence');
  const replication = await info(link, 'replication');
  const isWritten =
    persistence.get('aof_enabled') === '1' && (await setting(link, 'appendfsync')) === 'always';
  // Of a replica that was promoted; it starts anew without.
  const hasFollowed = !NEVER.test(replication.get('master_replid2') ?? '');
  return {
    run: server.get('run_id') ?? null,
    keepsAcknowledged: isWritten && replication.get('role') === 'master' && !hasFollowed,
  };
}

async function info(link: RedisLink, section: string): Promise<ReadonlyMap<string, string>> {
  const text = await ifPermitted(link, 'INFO', [section]);
  return parseInfo(typeof text === 'string' ? text : '');
}

async function setting(link: RedisLink, name: string): Promise<string | null> {
  const reply = await ifPermitted(link, 'CONFIG', ['GET', name]);
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : null;
}

async function ifPermitted(link: RedisLink, command: string, args: string[]): Promise<unknown> {
  try {
    return await link.call(command, args);
  } catch (error) {
    if (error instanceof InvError && error.code === 'NOT_PERMITTED') return null;
    // Managed servers have no CONFIG at all; that is an answer too.
    if (error instanceof InvError && error.facts['reply'] === 'ERR') return null;
    throw error;
  }
}
