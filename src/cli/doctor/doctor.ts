/** What this machine has of what jobs may need. */
import { execFile } from 'node:child_process';
import { availableParallelism, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { resolveInterpreter } from '../../environments/interpreter.ts';
import { messageOf } from '../../errors/thrown.ts';
import { findHome } from '../../store/home.ts';
import { openStore } from '../../store/store.ts';
import { exitCodes } from '../errors.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';

interface Check {
  readonly check: string;
  /** `missing`: only jobs that need it are affected; `bad`: nothing runs. */
  readonly status: 'ok' | 'missing' | 'bad';
  readonly found: string;
}

export async function doctor(options: ResultOptions): Promise<number> {
  const python = await interpreter();
  const module = (name: string, neededFor: string) =>
    program(name, python.command, ['-c', `import ${name}; print(${name}.__version__)`], neededFor);
  const checks = await Promise.all([
    { check: 'node', status: 'ok', found: `${process.version} (${process.execPath})` } as const,
    { check: 'machine', status: 'ok', found: `${availableParallelism()} CPUs, ${Math.round(totalmem() / 2 ** 30)} GiB of memory` } as const,
    home(),
    duckdb(),
    python.check,
    module('pandas', 'Python entry scripts over tables'),
    module('pyarrow', 'Python entry scripts over Parquet'),
    program(
      'uv',
      (await uvBeside()) ?? 'uv',
      ['--version'],
      'environments made of what jobs declare; it is fetched with pip when the first is made',
    ),
    program('bash', 'bash', ['-c', 'echo $BASH_VERSION'], 'command steps'),
    program('mpirun', 'mpirun', ['--version'], 'command steps with an mpi distribution'),
    program('gpus', 'nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], 'one GPU for each worker'),
  ]);
  await printResult(checks, options, () =>
    columns(
      ['CHECK', 'STATUS', 'FOUND'],
      checks.map(({ check, status, found }) => [check, status, found]),
    ),
  );
  return checks.some(({ status }) => status === 'bad') ? exitCodes.failed : exitCodes.completed;
}

async function interpreter(): Promise<{ readonly command: string; readonly check: Check }> {
  try {
    const { python, version } = await resolveInterpreter(process.env);
    return { command: python, check: { check: 'python', status: 'ok', found: `${version} (${python})` } };
  } catch (error) {
    return { command: 'python3', check: { check: 'python', status: 'missing', found: messageOf(error) } };
  }
}

async function home(): Promise<Check> {
  const directory = findHome();
  try {
    (await openStore(directory)).close();
    return { check: 'home', status: 'ok', found: directory };
  } catch (error) {
    return { check: 'home', status: 'bad', found: messageOf(error) };
  }
}

/** The one that an environment would be made with, where it is there. */
async function uvBeside(): Promise<string | undefined> {
  const { findUv } = await import('../../environments/venv/uv.ts');
  return findUv(findHome(), process.env);
}

async function duckdb(): Promise<Check> {
  try {
    const { version } = await import('@duckdb/node-api');
    return { check: 'duckdb', status: 'ok', found: version() };
  } catch (error) {
    return { check: 'duckdb', status: 'bad', found: `tables cannot be read: ${messageOf(error)}` };
  }
}

/** A program that some jobs need. */
async function program(check: string, file: string, args: readonly string[], neededFor: string): Promise<Check> {
  try {
    const { stdout } = await promisify(execFile)(file, args, { timeout: 20_000 });
    return { check, status: 'ok', found: stdout.trim().split('\n')[0] ?? '' };
  } catch {
    return { check, status: 'missing', found: `not found; needed for ${neededFor}` };
  }
}
