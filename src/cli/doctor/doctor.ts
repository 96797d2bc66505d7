/** What this machine has of what jobs may need, what each is good for, and how to get what is missing. */
import { availableParallelism, totalmem } from 'node:os';
import { messageOf } from '../../errors/thrown.ts';
import { processContext } from '../../os/process-context.ts';
import { findHome } from '../../store/home.ts';
import { openStore } from '../../store/store.ts';
import { exitCodes } from '../errors.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';
import { type Check, found, program, type Sought } from './check.ts';
import { containers } from './containers.ts';
import { credentials } from './credentials.ts';
import { languages } from './languages.ts';

export async function doctor(options: ResultOptions): Promise<number> {
  const { environmentVariables } = processContext();
  const machine = `${availableParallelism()} CPUs, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  const checks = (
    await Promise.all([
      found(sought('machine', 'as many workers', ''), machine),
      home(),
      duckdb(),
      languages(environmentVariables),
      containers(environmentVariables),
      program(sought('git', 'packages that an environment takes from git', 'apt-get install git'), 'git', ['--version']),
      program(sought('bash', 'command steps', 'apt-get install bash'), 'bash', ['-c', 'echo $BASH_VERSION']),
      program(sought('mpirun', 'command steps with an mpi distribution', 'apt-get install openmpi-bin'), 'mpirun', ['--version']),
      program(sought('gpus', 'one GPU for each worker', 'the driver of NVIDIA, which brings nvidia-smi'), 'nvidia-smi', [
        '--query-gpu=name',
        '--format=csv,noheader',
      ]),
      ...credentials(environmentVariables),
    ])
  ).flat();
  await printResult(checks, options, () => shown(checks));
  return checks.some(({ status }) => status === 'bad') ? exitCodes.failed : exitCodes.completed;
}

function shown(checks: readonly Check[]): string {
  const last = ({ found: what, get }: Check) => [what?.replace(/[.?]+$/, ''), get].filter(Boolean).join('. ');
  return columns(
    ['CHECK', 'STATUS', 'FOR', 'FOUND, OR HOW TO GET IT'],
    checks.map((check) => [check.check, check.status, check.enables, last(check)]),
  );
}

function sought(check: string, enables: string, get: string): Sought {
  return { check, enables, get };
}

async function home(): Promise<Check> {
  const directory = findHome();
  const wanted = sought('home', 'jobs, assets and datastores', 'PARALLELRUN_HOME=/a/folder/that/can/be/written');
  try {
    (await openStore(directory)).close();
    return found(wanted, directory);
  } catch (error) {
    return { ...wanted, status: 'bad', found: messageOf(error) };
  }
}

async function duckdb(): Promise<Check> {
  const wanted = sought('duckdb', 'tables: CSV, Parquet, MLTable', 'npm install, for this system');
  try {
    const { version } = await import('@duckdb/node-api');
    return found(wanted, version());
  } catch (error) {
    return { ...wanted, status: 'bad', found: messageOf(error) };
  }
}
