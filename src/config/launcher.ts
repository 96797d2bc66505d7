/** A compute's `launcher` as a configuration file has it: who starts its agents. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { choice, either, integer, list, mapping, nonEmpty, strict } from '../language/schema/fields.ts';
import type { LauncherSettings } from '../launch/settings.ts';
import { fromHome } from './paths.ts';

const prl = list(
  'The command line of `prl` on the machines. Default: the program that runs here, under the same path.',
  nonEmpty('A word of it.'),
).optional();
const setup = nonEmpty('Lines of a shell that come before the agent: `module load python`.').optional();
const extraArguments = (program: string) => list(`Other arguments of \`${program}\`.`, nonEmpty('An argument.')).optional();
const text = (description: string) => nonEmpty(description).optional();

/** A number of things, or what a scheduler has more words for. */
const amount = (description: string) =>
  either(description, 'a number, or text', [z.int({ error: () => 'a number from 1 on' }).min(1), nonEmpty(description)]).optional();

const host = 'a machine: HOST, USER@HOST or USER@HOST:PORT';

const manual = strict({ type: choice('Whoever has the machines has started the agents, or starts them.', ['manual']) });

const slurm = strict({
  type: choice('Each node of a step is a job of Slurm.', ['slurm']),
  partition: text('The partition. Default: Slurm’s own.'),
  account: text('The account that the time is booked on.'),
  qos: text('The quality of service.'),
  time_limit: amount('The longest time of a node, as Slurm writes it: minutes, or `1-12:00:00`. A node whose time is up is replaced.'),
  leave_before: integer('Seconds before the time limit at which a node takes nothing more. Default: 60.', { min: 1 }).optional(),
  cpus: integer('Processors of each node. Default: the whole node.', { min: 1 }).optional(),
  gpus: amount('GPUs of each node: `2`, `a100:2`.'),
  memory: text('Memory of each node: `16G`.'),
  constraint: text('Features that a node must have.'),
  extra_args: extraArguments('sbatch'),
  setup,
  prl,
});

const ssh = strict({
  type: choice('The machines of a list.', ['ssh']),
  hosts: list(
    'The machines: `HOST`, `USER@HOST:PORT`, or a name of your ssh configuration.',
    z.string({ error: () => host }).regex(/^[^\s-][^\s]*$/, { error: () => host }),
  ).min(1, {
    error: () => 'at least one machine',
  }),
  identity_file: text('The private key. Default: what ssh takes by itself. Relative to this file.'),
  extra_args: extraArguments('ssh'),
  setup,
  prl,
});

const kubernetes = strict({
  type: choice('Each node of a step is a pod of Kubernetes.', ['kubernetes']),
  image: nonEmpty('An image with Node.js, parallelrun and what scripts need.'),
  namespace: text('The namespace. Default: `default`.'),
  context: text('The context of the kubeconfig. Default: the current one.'),
  cpus: amount('Processors of each pod: `4`, `500m`.'),
  memory: text('Memory of each pod: `16Gi`.'),
  gpus: integer('GPUs of each pod (`nvidia.com/gpu`).', { min: 1 }).optional(),
  service_account: text('The service account of the pods.'),
  image_pull_secrets: list('Secrets to pull the image with.', nonEmpty('A secret.')).optional(),
  node_selector: mapping('Labels that a node must have.', nonEmpty('A value.')).optional(),
  volume: strict({
    claim: nonEmpty('The PersistentVolumeClaim that holds the shared folder.'),
    mount_path: nonEmpty('Where it is mounted: the path that it has here, too.'),
  }).describe('The folder that all nodes share.'),
  prl,
});

const shapes = [manual, slurm, ssh, kubernetes] as const;

export const launcherSchema = either(
  'Who starts the agents of the compute. Default: they are there already (`manual`).',
  'a mapping with the type manual, slurm, ssh or kubernetes',
  shapes,
);

type Written = z.infer<(typeof shapes)[number]>;

/** @param written what the schema has found right. @param folder that of the file, which paths in it are relative to */
export function launcherSettings(written: Written, folder: string): LauncherSettings {
  switch (written.type) {
    case 'manual':
      return { type: 'manual' };
    case 'slurm': {
      const { time_limit, leave_before = 60, gpus, cpus, extra_args: extraArguments = [], ...own } = written;
      return defined({
        ...own,
        timeLimit: time_limit === undefined ? undefined : String(time_limit),
        leaveBefore: Number(leave_before),
        cpus: cpus === undefined ? undefined : Number(cpus),
        gpus: gpus === undefined ? undefined : String(gpus),
        extraArguments,
      });
    }
    case 'ssh': {
      const { identity_file, extra_args: extraArguments = [], ...own } = written;
      const identityFile = identity_file === undefined ? undefined : resolve(folder, fromHome(identity_file));
      return defined({ ...own, identityFile, extraArguments });
    }
    case 'kubernetes': {
      const { cpus, gpus, volume, ...own } = written;
      return defined({
        type: own.type,
        image: own.image,
        prl: own.prl,
        context: own.context,
        memory: own.memory,
        namespace: own.namespace ?? 'default',
        cpus: cpus === undefined ? undefined : String(cpus),
        gpus: gpus === undefined ? undefined : Number(gpus),
        serviceAccount: own.service_account,
        imagePullSecrets: own.image_pull_secrets ?? [],
        nodeSelector: own.node_selector ?? {},
        volume: { claim: volume.claim, mountPath: volume.mount_path },
      });
    }
  }
}

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Without what nothing was said of. */
function defined<T extends object>(settings: T): Defined<T> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Defined<T>;
}
