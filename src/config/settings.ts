/**
 * What a configuration file may say. Each setting stands in for an environment variable, which wins where it is set: so one rule
 * (flag, variable, project, user) holds for everything, and whoever reads a setting reads the variable.
 */
import { resolve } from 'node:path';
import { launcherVariable } from '../launch/settings.ts';
import { fromHome } from './paths.ts';

export interface Setting {
  /** In the file. */
  readonly key: string;
  /** The environment variable that it stands in for. */
  readonly variable: string;
  readonly value:
    | { readonly kind: 'path' | 'program' | 'text' | 'flag' | 'size' | 'launcher' }
    | { readonly kind: 'count'; readonly least: number }
    | { readonly kind: 'choice'; readonly words: readonly [string, ...string[]] };
  /** One sentence, also for editors. */
  readonly description: string;
}

export const settings: readonly Setting[] = [
  {
    key: 'home',
    variable: 'PARALLELRUN_HOME',
    value: { kind: 'path' },
    description:
      'The folder where jobs, assets and datastores live. Default: the nearest folder called .parallelrun, else the one of your home folder.',
  },
  {
    key: 'python',
    variable: 'PARALLELRUN_PYTHON',
    value: { kind: 'program' },
    description: 'The Python interpreter that runs scripts: a path, or a name on the PATH. Default: `python3`.',
  },
  {
    key: 'environment',
    variable: 'PARALLELRUN_ENVIRONMENT',
    value: { kind: 'choice', words: ['venv', 'system', 'container'] },
    description:
      'How environments are made. `venv` (default): packages that a job declares are installed into an environment of their own. `system`: what is installed on this machine runs. `container`: what declares an image runs in it.',
  },
  {
    key: 'container_tool',
    variable: 'PARALLELRUN_CONTAINER_TOOL',
    value: { kind: 'program' },
    description:
      'The program that runs containers: `podman`, `docker`, or the path of one. Default: the first of the two that is on the PATH.',
  },
  {
    key: 'container_network',
    variable: 'PARALLELRUN_CONTAINER_NETWORK',
    value: { kind: 'text' },
    description:
      'The network of containers, as `--network` of `podman run` takes it: `none`, `bridge` … Default: `host`, that of the machine.',
  },
  {
    key: 'container_gpus',
    variable: 'PARALLELRUN_CONTAINER_GPUS',
    value: { kind: 'choice', words: ['all', 'none'] },
    description: 'Whether the GPUs of the machine are in containers. Default: `all` where there are any.',
  },
  {
    key: 'workers',
    variable: 'PARALLELRUN_WORKERS',
    value: { kind: 'count', least: 1 },
    description:
      'The most worker processes that a step runs on this machine. Default: what the job asks for, as far as the machine has it.',
  },
  {
    key: 'oversubscribe',
    variable: 'PARALLELRUN_OVERSUBSCRIBE',
    value: { kind: 'flag' },
    description: 'Start as many workers as a job asks for, however few processors there are. Default: `false`.',
  },
  {
    key: 'output_dir',
    variable: 'PARALLELRUN_OUTPUT_DIR',
    value: { kind: 'path' },
    description:
      'The folder for outputs of jobs that name no path: each gets a folder of its name in it. `${{name}}` stands for the job. Default: the datastore of the home.',
  },
  {
    key: 'log_limit',
    variable: 'PARALLELRUN_LOG_LIMIT',
    value: { kind: 'size' },
    description: 'The size of a log file of a worker beyond which only its beginning and its end are kept. Default: `100mb`.',
  },
  {
    key: 'fetch_space',
    variable: 'PARALLELRUN_FETCH_SPACE',
    value: { kind: 'size' },
    description:
      'What the files of mini-batches in object stores may take on the disk while workers need them, those of all workers of a step together. Default: `2gb`.',
  },
  {
    key: 'cache_size',
    variable: 'PARALLELRUN_CACHE_SIZE',
    value: { kind: 'size' },
    description:
      'What a home keeps of inputs that were fetched as a whole, for the next job that needs the same: those that were not needed for longest go. `0` keeps none. Default: `10gb`.',
  },
  {
    key: 'color',
    variable: 'PARALLELRUN_COLOR',
    value: { kind: 'choice', words: ['auto', 'always', 'never'] },
    description: 'Colours for people on stderr. Default: `auto`.',
  },
];

/** What makes a compute one of several machines. */
export const clusterSettings: readonly Setting[] = [
  {
    key: 'type',
    variable: 'PARALLELRUN_COMPUTE_TYPE',
    value: { kind: 'choice', words: ['local', 'nats'] },
    description:
      'What the compute is. `local` (default): this machine. `nats`: the machines whose agents (`prl agent`) speak to the same NATS server.',
  },
  {
    key: 'url',
    variable: 'PARALLELRUN_NATS_URL',
    value: { kind: 'text' },
    description: 'The NATS server: `nats://HOST:4222`, or `tls://HOST:4222`; several of one cluster with commas between them.',
  },
  {
    key: 'credentials_file',
    variable: 'PARALLELRUN_NATS_CREDENTIALS_FILE',
    value: { kind: 'path' },
    description: 'A file that only you can read: a `.creds` file, the seed of an nkey, or a token.',
  },
  {
    key: 'ca_file',
    variable: 'PARALLELRUN_NATS_CA_FILE',
    value: { kind: 'path' },
    description: "The certificate of whoever has signed the server's, where the system does not know it.",
  },
  {
    key: 'cert_file',
    variable: 'PARALLELRUN_NATS_CERT_FILE',
    value: { kind: 'path' },
    description: 'The certificate that this side shows to a server which asks for one.',
  },
  {
    key: 'key_file',
    variable: 'PARALLELRUN_NATS_KEY_FILE',
    value: { kind: 'path' },
    description: 'The private key of that certificate.',
  },
  {
    key: 'space',
    variable: 'PARALLELRUN_NATS_SPACE',
    value: { kind: 'text' },
    description: 'Whoever uses the same server with another space knows nothing of these jobs and agents. Default: `default`.',
  },
  {
    key: 'replicas',
    variable: 'PARALLELRUN_NATS_REPLICAS',
    value: { kind: 'count', least: 1 },
    description: 'Copies of the queue, where the server is a cluster of servers. Default: 1.',
  },
  {
    key: 'nodes',
    variable: 'PARALLELRUN_NATS_NODES',
    value: { kind: 'count', least: 1 },
    description: 'Nodes that a step has at the same time, at most, in place of what its job says (`resources.instance_count`).',
  },
  {
    key: 'labels',
    variable: 'PARALLELRUN_NATS_LABELS',
    value: { kind: 'text' },
    description: 'Only agents that have all of these labels, with commas between them, take work. Default: all agents do.',
  },
  {
    key: 'ack_wait',
    variable: 'PARALLELRUN_NATS_ACK_WAIT',
    value: { kind: 'count', least: 2 },
    description: 'Seconds of silence after which a node counts as dead, and others do what it had. Default: 5.',
  },
  {
    key: 'launcher',
    variable: launcherVariable,
    value: { kind: 'launcher' },
    description: 'Who starts its agents. Default: they are there already.',
  },
];

/** Those that a compute may have for itself. */
export const computeSettings: readonly Setting[] = [
  ...clusterSettings,
  ...settings.filter(({ key }) => key === 'environment' || key.startsWith('container_')),
];

/** What the variable would hold. @param folder that of the file, which paths in it are relative to */
export function asVariable({ value }: Setting, written: string | number | boolean, folder: string): string {
  const text = String(written);
  switch (value.kind) {
    case 'path':
      return resolve(folder, fromHome(text));
    case 'program':
      return text.includes('/') ? resolve(folder, fromHome(text)) : text;
    case 'flag':
      return /^true$/i.test(text) ? '1' : '0';
    case 'count':
    case 'text':
    case 'choice':
    case 'size':
    case 'launcher':
      return text;
  }
}
