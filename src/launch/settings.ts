/** What a configuration file says of how a compute's agents are started. */

/** Holds them as JSON, as the processes of a job are told them. */
export const launcherVariable = 'PARALLELRUN_LAUNCHER';

export type LauncherSettings =
  /** Somebody has started them. */
  { readonly type: 'manual' } | SlurmSettings | SshSettings | KubernetesSettings;

interface Started {
  /** The command line of `prl` on the machines. Absent: the program that runs here, under the same path. */
  readonly prl?: readonly string[];
}

export interface SlurmSettings extends Started {
  readonly type: 'slurm';
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  /** As Slurm writes it: minutes, or `1-12:00:00`. */
  readonly timeLimit?: string;
  /** Seconds before the time limit at which agents take nothing more. */
  readonly leaveBefore: number;
  /** Of each node; absent: the whole node. */
  readonly cpus?: number;
  /** `--gpus-per-node`: `2`, `a100:2`. */
  readonly gpus?: string;
  /** `--mem`: `16G`. */
  readonly memory?: string;
  readonly constraint?: string;
  /** Other arguments of `sbatch`. */
  readonly extraArguments: readonly string[];
  /** Lines of a shell that come before the agent: `module load …`. */
  readonly setup?: string;
}

export interface SshSettings extends Started {
  readonly type: 'ssh';
  /** `HOST`, `USER@HOST`, `USER@HOST:PORT`, or a name of `~/.ssh/config`. */
  readonly hosts: readonly string[];
  /** Absolute; absent: what ssh takes by itself. */
  readonly identityFile?: string;
  readonly extraArguments: readonly string[];
  readonly setup?: string;
}

export interface KubernetesSettings extends Started {
  readonly type: 'kubernetes';
  readonly image: string;
  readonly namespace: string;
  /** Absent: the current one of the kubeconfig. */
  readonly context?: string;
  readonly cpus?: string;
  readonly memory?: string;
  readonly gpus?: number;
  readonly serviceAccount?: string;
  readonly imagePullSecrets: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** The claim of the volume that holds the shared folder, and where that is mounted. */
  readonly volume: { readonly claim: string; readonly mountPath: string };
}

/** The command line of `prl` on the machines. */
export function prlOf(settings: LauncherSettings): readonly string[] | undefined {
  if (settings.type === 'manual') return undefined;
  // An image has its own.
  return settings.type === 'kubernetes' ? (settings.prl ?? ['prl']) : settings.prl;
}

/** As the variable has them; a configuration file has been judged before it was put there. @param variables those that hold on the compute */
export function launcherIn(variables: Readonly<Record<string, string | undefined>>): LauncherSettings {
  const text = variables[launcherVariable] ?? '';
  return text === '' ? { type: 'manual' } : (JSON.parse(text) as LauncherSettings);
}
