import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, searchFolders } from '../../src/local/executables.ts';

/** The load generator that comes with the server: in C, with 50 connections of 16 commands each. */
export interface RedisBenchmark {
  /** @returns commands a second */
  run(command: readonly string[], count: number): Promise<number>;
}

const CONNECTIONS = 50;
const PIPELINED = 16;
/** What it replaces by a random number of twelve digits, each time another. */
export const RANDOM = '__rand_int__';
const RANDOM_MAX = 2_000_000_000;

/** undefined where it is not installed. */
export function findRedisBenchmark(socket: string): RedisBenchmark | undefined {
  const program = findProgram(['redis-benchmark', 'valkey-benchmark'], searchFolders(process.env));
  if (program === undefined) return undefined;
  return {
    run: async (command, count) => {
      const given = [
        ...['-s', socket, '-c', String(CONNECTIONS), '-P', String(PIPELINED)],
        ...['-n', String(count), '-r', String(RANDOM_MAX), '--csv', '-e'],
      ];
      const { stdout, stderr } = await promisify(execFile)(program, [...given, ...command]);
      // The name of the test is the command itself, with whatever quotes it has; then seven numbers.
      const perSecond = /"([\d.]+)"(?:,"[\d.]+"){6}\s*$/.exec(stdout)?.[1];
      if (perSecond === undefined) throw new Error(`redis-benchmark: ${stdout}${stderr}`);
      return Number(perSecond);
    },
  };
}
