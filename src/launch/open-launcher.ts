import type { Launcher, LaunchOrder } from './launcher.ts';
import type { LauncherSettings } from './settings.ts';

/** Undefined: somebody else starts the agents. */
export async function openLauncher(settings: LauncherSettings, order: LaunchOrder): Promise<Launcher | undefined> {
  switch (settings.type) {
    case 'manual':
      return undefined;
    case 'slurm': {
      const { SlurmLauncher } = await import('./slurm/slurm-launcher.ts');
      return new SlurmLauncher(settings, order);
    }
    case 'ssh': {
      const { SshLauncher } = await import('./ssh/ssh-launcher.ts');
      return new SshLauncher(settings, order);
    }
    case 'kubernetes': {
      const { KubernetesLauncher } = await import('./kubernetes/kubernetes-launcher.ts');
      return KubernetesLauncher.open(settings, order);
    }
  }
}
