/** What the processes of a distributed command are told of one another. */
import { createServer } from 'node:net';
import type { Distribution } from '../../language/types.ts';
import { type Nodes, thisMachine } from './nodes.ts';

export interface Rank {
  /** For messages: `rank 3`, `ps 0`. */
  readonly name: string;
  /** Its number among all, from 0 on; parameter servers come behind the workers. */
  readonly process: number;
  /** Where it runs. */
  readonly node: number;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** A parameter server only serves: it is stopped when every other process has ended. */
  readonly serves: boolean;
}

/** One process per rank, as `torchrun` would start them. */
export function pytorchRanks(
  processesPerNode: number,
  nodes: number,
  port: number,
  { address }: Pick<Nodes, 'address'> = thisMachine,
): Rank[] {
  return Array.from({ length: processesPerNode * nodes }, (_, rank) => ({
    name: `rank ${rank}`,
    process: rank,
    node: Math.floor(rank / processesPerNode),
    serves: false,
    environmentVariables: {
      MASTER_ADDR: address(0),
      MASTER_PORT: String(port),
      WORLD_SIZE: String(processesPerNode * nodes),
      RANK: String(rank),
      LOCAL_RANK: String(rank % processesPerNode),
      LOCAL_WORLD_SIZE: String(processesPerNode),
      NODE_RANK: String(Math.floor(rank / processesPerNode)),
      GROUP_RANK: String(Math.floor(rank / processesPerNode)),
    },
  }));
}

/**
 * Workers and parameter servers with their `TF_CONFIG`; worker 0 is the chief by TensorFlow's own rule.
 * @param ports one for each
 */
export function tensorflowRanks(
  workers: number,
  parameterServers: number,
  ports: readonly number[],
  nodes = 1,
  { address }: Pick<Nodes, 'address'> = thisMachine,
): Rank[] {
  const onEach = Math.ceil((workers + parameterServers) / nodes);
  const nodeOf = (process: number) => Math.floor(process / onEach);
  const place = (process: number) => `${address(nodeOf(process))}:${ports[process]}`;
  const worker = Array.from({ length: workers }, (_, index) => place(index));
  const ps = Array.from({ length: parameterServers }, (_, index) => place(workers + index));
  const cluster = ps.length === 0 ? { worker } : { worker, ps };
  const rank = (type: 'worker' | 'ps', index: number): Rank => ({
    name: `${type} ${index}`,
    process: type === 'worker' ? index : workers + index,
    node: nodeOf(type === 'worker' ? index : workers + index),
    serves: type === 'ps',
    environmentVariables: { TF_CONFIG: JSON.stringify({ cluster, task: { type, index }, environment: 'cloud' }) },
  });
  return [...ps.map((_, index) => rank('ps', index)), ...worker.map((_, index) => rank('worker', index))];
}

/** Processes that a step keeps busy. */
export function processCount(distribution: Distribution | undefined, nodes: number): number {
  switch (distribution?.type) {
    case undefined:
      return 1;
    case 'mpi':
    case 'pytorch':
      return distribution.processCountPerInstance * nodes;
    case 'tensorflow':
      return distribution.workerCount + distribution.parameterServerCount;
  }
}

/** Ports of this machine that nobody listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(
        (server) =>
          new Promise<number>((resolve, reject) => {
            server.once('error', reject);
            server.listen(0, '127.0.0.1', () => {
              const address = server.address();
              resolve(typeof address === 'object' && address !== null ? address.port : 0);
            });
          }),
      ),
    );
  } finally {
    for (const server of servers) server.close();
  }
}

/** What the log of a rank is called before its number. */
export const rankLogVariable = 'PARALLELRUN_RANK_LOG';

/** A command that prints into the log of its own rank; each MPI has its own variable for that. */
export function rankedCommand(command: string): string {
  const rank = ['OMPI_COMM_WORLD_RANK', 'PMIX_RANK', 'PMI_RANK', 'MV2_COMM_WORLD_RANK', 'SLURM_PROCID'].reduceRight(
    (otherwise, variable) => `\${${variable}:-${otherwise}}`,
    '0',
  );
  return `exec >> "$${rankLogVariable}${rank}.txt" 2>&1\n${command}`;
}

/** Arguments of `mpirun` for one shell command per rank. */
export function mpirunArguments(version: string, ranks: number, command: string, isRoot: boolean): string[] {
  // Other MPIs neither refuse root nor count cores.
  const openMpi = version.includes('Open MPI') || version.includes('OpenRTE');
  return [
    ...(openMpi && isRoot ? ['--allow-run-as-root'] : []),
    ...(openMpi ? ['--oversubscribe'] : []),
    '-n',
    String(ranks),
    'bash',
    '-c',
    command,
  ];
}
