/** Whether a compute's launcher could start anything, found out before a job needs it. */
import { execFile } from 'node:child_process';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import type { KubernetesSettings, LauncherSettings, SlurmSettings, SshSettings } from './settings.ts';
import { Slurm } from './slurm/slurm.ts';
import { sshArguments } from './ssh/ssh-launcher.ts';

type Variables = Readonly<Record<string, string>>;

/** @returns a sentence for each thing that was found; none for `manual`. @throws RequestError where nothing could be started */
export async function checkLauncher(settings: LauncherSettings, environmentVariables: Variables): Promise<readonly string[]> {
  switch (settings.type) {
    case 'manual':
      return [];
    case 'slurm':
      return checkSlurm(settings, environmentVariables);
    case 'ssh':
      return checkHosts(settings, environmentVariables);
    case 'kubernetes':
      return checkKubernetes(settings, environmentVariables);
  }
}

async function checkSlurm({ partition }: SlurmSettings, environmentVariables: Variables): Promise<readonly string[]> {
  const partitions = await new Slurm(environmentVariables).partitions(partition);
  if (partitions.length > 0) return partitions.map((line) => `Slurm, partition ${line}`);
  throw new RequestError({
    code: 'no-partition',
    message: `Slurm has no partition ${partition ?? 'that is yours'}.`,
    hint: 'Those that there are, sinfo lists.',
  });
}

async function checkHosts(settings: SshSettings, environmentVariables: Variables): Promise<readonly string[]> {
  const found = await Promise.all(
    settings.hosts.map(async (host) => ({ host, why: await unreachable(settings, host, environmentVariables) })),
  );
  const words = found.map(({ host, why }) => (why === undefined ? `ssh, ${host}: answers` : `ssh, ${host}: ${why}`));
  if (found.some(({ why }) => why === undefined)) return words;
  throw new RequestError({ code: 'no-host', message: `None of the machines answers:\n${words.map((line) => `  ${line}`).join('\n')}` });
}

function unreachable(settings: SshSettings, host: string, env: Variables): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile('ssh', [...sshArguments(settings, host), 'true'], { env }, (error, _, told) =>
      resolve(error === null ? undefined : told.trim().split('\n').at(-1) || messageOf(error)),
    );
    child.stdin?.end();
  });
}

async function checkKubernetes(settings: KubernetesSettings, environmentVariables: Variables): Promise<readonly string[]> {
  const { KubernetesLauncher } = await import('./kubernetes/kubernetes-launcher.ts');
  const order = {
    key: 'check',
    what: 'check',
    logs: '',
    command: () => ['true'] as const,
    environmentVariables,
    kind: { type: 'agent' } as const,
  };
  await (await KubernetesLauncher.open(settings, order)).look();
  return [`Kubernetes, namespace ${settings.namespace}: its pods can be listed`];
}
