/** The computes of this machine: itself. */
import { availableParallelism, totalmem } from 'node:os';
import { RequestError } from '../../errors/types.ts';
import { tell } from '../errors.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns, facts } from '../output/table.ts';

interface Compute {
  readonly name: string;
  readonly type: 'local';
  /** CPUs that this process may use. */
  readonly cpus: number;
  readonly memory_gib: number;
}

function local(): Compute {
  return { name: 'local', type: 'local', cpus: availableParallelism(), memory_gib: Math.round(totalmem() / 2 ** 30) };
}

export async function list(options: ResultOptions): Promise<void> {
  const { name, type, cpus, memory_gib } = local();
  await printResult([local()], options, () =>
    columns(['NAME', 'TYPE', 'CPUS', 'MEMORY'], [[name, type, String(cpus), `${memory_gib} GiB`]]),
  );
}

/** @throws RequestError (`unknown-compute`) */
export async function show(name: string, options: ResultOptions): Promise<void> {
  const compute = local();
  if (name !== compute.name) {
    throw new RequestError({
      code: 'unknown-compute',
      message: `No compute is called ${JSON.stringify(name)}: there is ${compute.name}.`,
      hint: 'A job that names another compute runs on local, with a notice.',
    });
  }
  await printResult(compute, options, () => facts(Object.entries(compute).map(([key, value]) => [key, String(value)] as const)));
}

export async function create(options: ResultOptions & { readonly name?: string }): Promise<void> {
  tell(`prl: nothing was made: a job that names the compute ${options.name ?? ''} runs on local, with a notice.`.replace('  ', ' '));
  await printResult(local(), options, () => 'local');
}
