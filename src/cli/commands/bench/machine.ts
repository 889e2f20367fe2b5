import type { OperatorTools } from '../../composition/operator-tools.ts';

/** What figures were measured on. */
export type BenchMachine = Awaited<ReturnType<OperatorTools['machine']>> & {
  readonly mysql: string | null;
  readonly redis: string | null;
};

/** As JSON has it. */
export type MachineDocument = Readonly<{
  cpu: string;
  cores: number;
  memory_gib: number;
  system: string;
  node: string;
  mysql: string | null;
  redis: string | null;
  /** Of the whole machine, in the last minute. */
  load: number;
}>;

export function machineDocument(machine: BenchMachine): MachineDocument {
  const { cpu, cores, memoryGib, system, node, load, mysql, redis } = machine;
  return { cpu, cores, memory_gib: memoryGib, system, node, mysql, redis, load };
}

export function machineLine({ cpu, cores, node, mysql, redis, load }: MachineDocument): string {
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
