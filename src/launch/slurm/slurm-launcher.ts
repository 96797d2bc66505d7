/** One Slurm job for each agent: where a node dies, only its own is replaced. A command has one job with all of its nodes. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AllocationState, Launcher, LaunchOrder } from '../launcher.ts';
import type { SlurmSettings } from '../settings.ts';
import { shellCommand } from '../shell.ts';
import { Slurm, type SlurmJob } from './slurm.ts';

export class SlurmLauncher implements Launcher {
  readonly name = 'Slurm';
  readonly unit = 'job';
  readonly #settings: SlurmSettings;
  readonly #order: LaunchOrder;
  readonly #slurm: Slurm;

  constructor(settings: SlurmSettings, order: LaunchOrder) {
    this.#settings = settings;
    this.#order = order;
    this.#slurm = new Slurm(order.environmentVariables);
  }

  async start(labels: readonly string[]): Promise<readonly string[]> {
    const { logs } = this.#order;
    mkdirSync(logs, { recursive: true });
    const ids: string[] = [];
    for (const label of labels) {
      const printed = ['--open-mode=append', `--output=${join(logs, this.logOf(label))}`];
      const options = [`--job-name=${this.#jobName}`, ...printed, ...this.#options(), ...this.#settings.extraArguments];
      ids.push(await this.#slurm.submit(this.#script(label), options));
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

  #options(): readonly string[] {
    const { timeLimit, leaveBefore, cpus } = this.#settings;
    const { kind } = this.#order;
    if (kind.type === 'agent') {
      const leaving = timeLimit === undefined ? [] : [`--signal=B:TERM@${leaveBefore}`];
      const own = cpus === undefined ? ['--exclusive'] : [`--cpus-per-task=${cpus}`];
      return ['--nodes=1', '--ntasks=1', ...own, ...leaving, ...resourceOptions(this.#settings)];
    }
    // As on one machine, there may be more processes than processors.
    const share = cpus === undefined ? ['--exclusive'] : [`--cpus-per-task=${Math.ceil(cpus / kind.processesPerNode)}`];
    const layout = [`--nodes=${kind.nodes}`, `--ntasks-per-node=${kind.processesPerNode}`, '--overcommit'];
    return [...layout, ...share, ...resourceOptions(this.#settings)];
  }

  #script(label: string): string {
    const { setup } = this.#settings;
    const { what, command } = this.#order;
    return [
      '#!/bin/bash',
      `# parallelrun: job ${what.replaceAll(/[\r\n]/g, ' ')}`,
      ...(setup === undefined ? [] : [setup]),
      // It is who Slurm's signals reach.
      `exec ${shellCommand(command(label))}`,
      '',
    ].join('\n');
  }
}

function resourceOptions(settings: SlurmSettings): readonly string[] {
  const { partition, account, qos, timeLimit, gpus, memory, constraint } = settings;
  const option = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}=${value}`]);
  return [
    ...option('partition', partition),
    ...option('account', account),
    ...option('qos', qos),
    ...option('time', timeLimit),
    ...option('gpus-per-node', gpus),
    ...option('mem', memory),
    ...option('constraint', constraint),
  ];
}

const waiting: ReadonlySet<string> = new Set(['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SPECIAL_EXIT']);
const working: ReadonlySet<string> = new Set(['RUNNING', 'SUSPENDED', 'STOPPED', 'RESIZING', 'SIGNALING', 'STAGE_OUT', 'COMPLETING']);

export function stateOf({ state, reason, nodes }: SlurmJob): AllocationState {
  if (waiting.has(state)) return { kind: 'pending', reason: reason === 'None' ? '' : reason };
  if (working.has(state)) return { kind: 'running', host: nodes };
  return { kind: 'ended', why: reason === 'None' ? state : `${state}, ${reason}`, host: nodes };
}
