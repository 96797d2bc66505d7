/** What Kubernetes is asked for, as plain objects: pure. */
import type { V1Job, V1Secret } from '@kubernetes/client-node';
import type { LaunchOrder } from '../launcher.ts';
import type { KubernetesSettings } from '../settings.ts';

/** All that belongs to a step carries it, with the step's key. */
export const stepLabel = 'parallelrun/step';
/** Of the key of the credentials in the Secret, and of the variable that holds them in the container. */
const credentialsKey = 'credentials';

/** @returns the names of what is made for a step */
export function namesOf(key: string): { readonly secret: string; readonly selector: string } {
  return { secret: `prl-${key}`, selector: `${stepLabel}=${key}` };
}

/** @param command of pod `index`, which Kubernetes puts in place of `$(JOB_COMPLETION_INDEX)` */
export function jobManifest(
  settings: KubernetesSettings,
  { key, what, credentials }: LaunchOrder,
  name: string,
  pods: number,
  command: readonly string[],
): V1Job {
  const { image, cpus, memory, gpus, serviceAccount, imagePullSecrets, nodeSelector, volume } = settings;
  const labels = { 'app.kubernetes.io/name': 'parallelrun', [stepLabel]: key };
  const amounts = {
    ...(cpus !== undefined && { cpu: cpus }),
    ...(memory !== undefined && { memory }),
    ...(gpus !== undefined && { 'nvidia.com/gpu': `${gpus}` }),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels, annotations: { 'parallelrun/job': what } },
    spec: {
      completionMode: 'Indexed',
      completions: pods,
      parallelism: pods,
      // Whether another takes the place of one that failed is decided where the step is run.
      backoffLimitPerIndex: 0,
      maxFailedIndexes: pods,
      podReplacementPolicy: 'Failed',
      ttlSecondsAfterFinished: 600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 15,
          ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
          ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }),
          ...(Object.keys(nodeSelector).length > 0 && { nodeSelector: { ...nodeSelector } }),
          containers: [
            {
              name: 'parallelrun',
              image,
              command: [...command],
              ...(Object.keys(amounts).length > 0 && { resources: { requests: amounts, limits: amounts } }),
              ...(credentials !== undefined && { env: [secretVariable(credentials.variable, namesOf(key).secret)] }),
              volumeMounts: [{ name: 'shared', mountPath: volume.mountPath }],
            },
          ],
          volumes: [{ name: 'shared', persistentVolumeClaim: { claimName: volume.claim } }],
        },
      },
    },
  };
}

export function secretManifest(key: string, text: string): V1Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: namesOf(key).secret, labels: { [stepLabel]: key } },
    type: 'Opaque',
    stringData: { [credentialsKey]: text },
  };
}

function secretVariable(name: string, secret: string) {
  return { name, valueFrom: { secretKeyRef: { name: secret, key: credentialsKey } } };
}
