/** Slurm by its own commands: they are there wherever jobs can be submitted, of whatever version. */
import { execFile } from 'node:child_process';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';

/** What of Slurm's one job is known. */
export interface SlurmJob {
  readonly id: string;
  /** In Slurm's word: `PENDING`, `TIMEOUT`. */
  readonly state: string;
  /** Why it is pending, or has ended so: `Resources`, `NonZeroExitCode`; `None`. */
  readonly reason: string;
  /** `n1`, `n[1-4]`; empty while it has none. */
  readonly nodes: string;
}

const format = '%i|%T|%r|%N';

export class Slurm {
  readonly #environmentVariables: Readonly<Record<string, string>>;

  /** @param environmentVariables jobs that are submitted inherit them */
  constructor(environmentVariables: Readonly<Record<string, string>>) {
    this.#environmentVariables = environmentVariables;
  }

  /** @returns its number. @throws RequestError with Slurm's own words */
  async submit(script: string, options: readonly string[]): Promise<string> {
    const printed = await this.#run('sbatch', ['--parsable', '--no-requeue', ...options], script);
    // Behind a semicolon: the cluster's name, where there are several.
    return printed.trim().split(';')[0] ?? '';
  }

  /** Mine of this name, also those that have ended not long ago. @throws RequestError with Slurm's own words */
  async jobs(name: string): Promise<readonly SlurmJob[]> {
    const own = ['--me', '--name', name, '--states', 'all', '--noheader', '--format', format];
    return parseJobs(await this.#run('squeue', own));
  }

  /** Those that have ended are passed over. @throws RequestError with Slurm's own words */
  async cancel(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#run('scancel', ids);
  }

  #run(command: string, args: readonly string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(command, [...args], { env: this.#environmentVariables, maxBuffer: 2 ** 26 }, (error, printed, told) => {
        if (error === null) resolve(printed);
        else reject(refusal(command, error, told));
      });
      // It has ended before it could read.
      child.stdin?.on('error', () => {});
      child.stdin?.end(input);
    });
  }
}

export function parseJobs(printed: string): readonly SlurmJob[] {
  return printed.split('\n').flatMap((line) => {
    const [id, state, reason, nodes] = line.split('|');
    return id === undefined || state === undefined || reason === undefined ? [] : [{ id, state, reason, nodes: nodes ?? '' }];
  });
}

function refusal(command: string, error: Error & { readonly code?: unknown }, told: string): RequestError {
  if (error.code === 'ENOENT') {
    return new RequestError({
      code: 'no-slurm',
      message: `The compute is one of Slurm, and there is no ${command} on the PATH.`,
      hint: 'Run the job where Slurm jobs are submitted: on a login node, or on a machine with the package slurm-client and the cluster’s slurm.conf.',
    });
  }
  const own = told.replaceAll(/^\w+: (?:error: )?/gm, '').trim();
  const words = own === '' ? messageOf(error) : own.split('\n').join('; ');
  const isDown = /contact slurm controller|slurm_load|communication/i.test(own);
  return new RequestError({
    code: isDown ? 'slurm-away' : 'slurm-refuses',
    message: isDown ? `Slurm does not answer (${command}): ${words}.` : `Slurm refuses (${command}): ${words}.`,
    hint: isDown
      ? 'Whether its controller runs, this says: scontrol ping'
      : 'What is asked of it stands in the settings of the compute’s launcher; what there is, sinfo says.',
  });
}
