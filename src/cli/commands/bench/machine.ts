import type { BenchMachineDocument } from '../../../report/bench/bench-document.ts';
import type { OperatorTools } from '../../composition/operator-tools.ts';

/** What figures were measured on. */
export type BenchMachine = Awaited<ReturnType<OperatorTools['machine']>> & {
  readonly mysql: string | null;
  readonly redis: string | null;
};

export function machineDocument(machine: BenchMachine): BenchMachineDocument {
  const { cpu, cores, memoryGib, system, node, load, mysql, redis } = machine;
  return { cpu, cores, memory_gib: memoryGib, system, node, mysql, redis, load };
}

export function machineLine(machine: BenchMachineDocument): string {
  const { cpu, cores, node, mysql, redis, load } = machine;
  const stores = [
    ...(mysql === null ? [] : [mysql]),
    ...(redis === null ? [] : [`Redis ${redis}`]),
  ];
  return [
    `${String(cores)} cores of ${cpu}`,
    `Node ${node}`,
    ...stores,
    `load ${load.toFixed(1)}`,
  ].join(', ');
}
