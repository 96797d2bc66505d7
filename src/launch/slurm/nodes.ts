/** The nodes of the Slurm job that this process runs in. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface SlurmNode {
  readonly name: string;
  /** Under which the others reach it. */
  readonly address: string;
}

/** @returns undefined outside of Slurm's jobs */
export async function ownNodes(environmentVariables: Readonly<Record<string, string>>): Promise<readonly SlurmNode[] | undefined> {
  const { SLURM_JOB_NODELIST: list } = environmentVariables;
  if (list === undefined) return undefined;
  const { stdout } = await promisify(execFile)('scontrol', ['show', 'node', '--oneliner', list], { env: environmentVariables });
  return parseNodes(stdout);
}

/** In the order of Slurm's own numbers. */
export function parseNodes(printed: string): readonly SlurmNode[] {
  return printed.split('\n').flatMap((line) => {
    const name = /\bNodeName=(\S+)/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, address: /\bNodeAddr=(\S+)/.exec(line)?.[1] ?? name }];
  });
}

/** A command of the shell as a step of the job on one of its nodes, beside others. */
export function onNode({ name }: SlurmNode, command: string): { readonly file: string; readonly args: readonly string[] } {
  const here = ['--nodes=1', '--ntasks=1', `--nodelist=${name}`, '--overlap', '--overcommit', '--mpi=none', '--unbuffered', '--quiet'];
  return { file: 'srun', args: [...here, 'bash', '-c', command] };
}
