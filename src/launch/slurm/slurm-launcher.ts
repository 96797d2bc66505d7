/** One Slurm job for each agent: where a node dies, only its own is replaced. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentOrder, AllocationState, Launcher } from '../launcher.ts';
import type { SlurmSettings } from '../settings.ts';
import { shellCommand } from '../shell.ts';
import { Slurm, type SlurmJob } from './slurm.ts';

export class SlurmLauncher implements Launcher {
  readonly name = 'Slurm';
  readonly #settings: SlurmSettings;
  readonly #order: AgentOrder;
  readonly #slurm: Slurm;

  constructor(settings: SlurmSettings, order: AgentOrder) {
    this.#settings = settings;
    this.#order = order;
    this.#slurm = new Slurm(order.environmentVariables);
  }

  async start(labels: readonly string[]): Promise<readonly string[]> {
    const { logs } = this.#order;
    mkdirSync(logs, { recursive: true });
    const ids: string[] = [];
    for (const label of labels) {
      const printed = `--output=${join(logs, this.logOf(label))}`;
      const options = ['--nodes=1', '--ntasks=1', '--open-mode=append', printed, ...resourceOptions(this.#settings)];
      ids.push(
        await this.#slurm.submit(this.#script(label), [`--job-name=${this.#jobName}`, ...options, ...this.#settings.extraArguments]),
      );
    }
    return ids;
  }

  /** Slurm puts something else in place of `%j` and the like. */
  logOf(label: string): string {
    return `slurm-${label.replaceAll(/[^\w.-]/g, '_')}.txt`;
  }

  async look(): Promise<ReadonlyMap<string, AllocationState>> {
    return new Map((await this.#slurm.jobs(this.#jobName)).map((job) => [job.id, stateOf(job)]));
  }

  cancel(allocations: readonly string[]): Promise<void> {
    return this.#slurm.cancel(allocations);
  }

  async clear(): Promise<void> {
    const living = [...(await this.look())].filter(([, { kind }]) => kind !== 'ended');
    await this.#slurm.cancel(living.map(([id]) => id));
  }

  /** By it they are found again, whoever has submitted them. */
  get #jobName(): string {
    return `prl-${this.#order.key}`;
  }

  #script(label: string): string {
    const { setup } = this.#settings;
    const { what, command } = this.#order;
    return [
      '#!/bin/bash',
      `# An agent of parallelrun for the job ${what.replaceAll(/[\r\n]/g, ' ')}`,
      ...(setup === undefined ? [] : [setup]),
      // The agent is who Slurm's signals reach.
      `exec ${shellCommand(command(label))}`,
      '',
    ].join('\n');
  }
}

/** What of the settings is an option of `sbatch`, for an agent as for a command. */
export function resourceOptions(settings: SlurmSettings): readonly string[] {
  const { partition, account, qos, timeLimit, leaveBefore, cpus, gpus, memory, constraint } = settings;
  const option = (name: string, value: string | number | undefined) => (value === undefined ? [] : [`--${name}=${value}`]);
  return [
    ...option('partition', partition),
    ...option('account', account),
    ...option('qos', qos),
    ...option('time', timeLimit),
    ...(timeLimit === undefined ? [] : [`--signal=B:TERM@${leaveBefore}`]),
    ...(cpus === undefined ? ['--exclusive'] : [`--cpus-per-task=${cpus}`]),
    ...option('gpus-per-node', gpus),
    ...option('mem', memory),
    ...option('constraint', constraint),
  ];
}

const waiting: ReadonlySet<string> = new Set(['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SPECIAL_EXIT']);
const working: ReadonlySet<string> = new Set(['RUNNING', 'SUSPENDED', 'STOPPED', 'RESIZING', 'SIGNALING', 'STAGE_OUT']);

export function stateOf({ state, reason, nodes }: SlurmJob): AllocationState {
  if (waiting.has(state)) return { kind: 'pending', reason: reason === 'None' ? '' : reason };
  if (working.has(state)) return { kind: 'running', host: nodes };
  return { kind: 'ended', why: reason === 'None' ? state : `${state}, ${reason}`, host: nodes };
}
