/** Pods of Indexed Jobs: one for all agents that are asked for at the same time. */
import type { BatchV1Api, CoreV1Api } from '@kubernetes/client-node';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { AllocationState, Launcher, LaunchOrder } from '../launcher.ts';
import type { KubernetesSettings } from '../settings.ts';
import { jobManifest, namesOf, secretManifest } from './manifest.ts';
import { podState } from './pod-state.ts';

const indexLabel = 'batch.kubernetes.io/job-completion-index';
const jobLabel = 'batch.kubernetes.io/job-name';

export class KubernetesLauncher implements Launcher {
  readonly name = 'Kubernetes';
  readonly unit = 'pod';
  readonly #settings: KubernetesSettings;
  readonly #order: LaunchOrder;
  readonly #batch: BatchV1Api;
  readonly #core: CoreV1Api;
  /** By allocation, `JOB/INDEX`: pods that are yet to be made are not listed. */
  readonly #asked = new Set<string>();

  private constructor(settings: KubernetesSettings, order: LaunchOrder, batch: BatchV1Api, core: CoreV1Api) {
    this.#settings = settings;
    this.#order = order;
    this.#batch = batch;
    this.#core = core;
  }

  /** @throws RequestError where the client is not installed, or its configuration names no cluster */
  static async open(settings: KubernetesSettings, order: LaunchOrder): Promise<KubernetesLauncher> {
    if (order.kind.type === 'command' && order.kind.nodes > 1) {
      throw new RequestError({
        code: 'one-machine',
        message: `The command is to run on ${order.kind.nodes} nodes at the same time, and a compute of type kubernetes runs commands on one.`,
        hint: 'Set resources.instance_count to 1, or take a compute of Slurm.',
      });
    }
    const { KubeConfig, BatchV1Api, CoreV1Api } = await loadClient();
    const config = new KubeConfig();
    try {
      config.loadFromDefault();
      if (settings.context !== undefined) config.setCurrentContext(settings.context);
      return new KubernetesLauncher(settings, order, config.makeApiClient(BatchV1Api), config.makeApiClient(CoreV1Api));
    } catch (error) {
      throw refusal('the kubeconfig', error);
    }
  }

  /** Its words are in the pod's own log. */
  logOf(label: string): string {
    return `kubernetes-${label.replaceAll(/[^\w.-]/g, '_')}.txt`;
  }

  async start(labels: readonly string[]): Promise<readonly string[]> {
    const [first = ''] = labels;
    const { namespace } = this.#settings;
    const { key, credentials, kind, command } = this.#order;
    const batch = /(\w+)-0$/.exec(first)?.[1] ?? 'command';
    const name = `prl-${key}-${batch}`;
    // Labels of a batch end with the agent's number.
    const label = kind.type === 'agent' ? first.replace(/0$/, '$(JOB_COMPLETION_INDEX)') : first;
    const manifest = jobManifest(this.#settings, this.#order, name, labels.length, command(label));
    await this.#ask('making the Job', async () => {
      if (credentials !== undefined) await this.#keepSecret(credentials.text);
      await this.#batch.createNamespacedJob({ namespace, body: manifest });
    });
    const ids = labels.map((_, index) => `${name}/${index}`);
    for (const id of ids) this.#asked.add(id);
    return ids;
  }

  async look(): Promise<ReadonlyMap<string, AllocationState>> {
    const { namespace } = this.#settings;
    const { items } = await this.#ask('listing pods', () =>
      this.#core.listNamespacedPod({ namespace, labelSelector: namesOf(this.#order.key).selector }),
    );
    const awaited = [...this.#asked].map((id): [string, AllocationState] => [id, { kind: 'pending', reason: '' }]);
    const listed = items.map((pod): [string, AllocationState] => {
      const { labels = {}, annotations = {} } = pod.metadata ?? {};
      const id = `${labels[jobLabel] ?? labels['job-name'] ?? ''}/${labels[indexLabel] ?? annotations[indexLabel] ?? '0'}`;
      this.#asked.delete(id);
      return [id, podState(pod)];
    });
    return new Map([...awaited, ...listed]);
  }

  async cancel(allocations: readonly string[]): Promise<void> {
    const { namespace } = this.#settings;
    for (const id of allocations) {
      this.#asked.delete(id);
      const [job = '', index = ''] = id.split('/');
      const labelSelector = `${jobLabel}=${job},${indexLabel}=${index}`;
      await this.#ask('deleting a pod', () => this.#core.deleteCollectionNamespacedPod({ namespace, labelSelector }));
    }
  }

  async clear(): Promise<void> {
    const { namespace } = this.#settings;
    const labelSelector = namesOf(this.#order.key).selector;
    this.#asked.clear();
    await this.#ask('deleting Jobs', async () => {
      await this.#batch.deleteCollectionNamespacedJob({ namespace, labelSelector, propagationPolicy: 'Background' });
      await this.#core.deleteCollectionNamespacedSecret({ namespace, labelSelector });
    });
  }

  /** One of an earlier batch is there already. */
  async #keepSecret(text: string): Promise<void> {
    const { namespace } = this.#settings;
    try {
      await this.#core.createNamespacedSecret({ namespace, body: secretManifest(this.#order.key, text) });
    } catch (error) {
      if (codeOf(error) !== 409) throw error;
    }
  }

  async #ask<Result>(doing: string, request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
    } catch (error) {
      throw refusal(doing, error);
    }
  }
}

async function loadClient(): Promise<typeof import('@kubernetes/client-node')> {
  try {
    return await import('@kubernetes/client-node');
  } catch (cause) {
    throw new RequestError(
      {
        code: 'no-kubernetes-client',
        message: 'The compute is one of Kubernetes, and the official client is not installed beside parallelrun.',
        hint: 'Install it: npm install @kubernetes/client-node',
      },
      { cause },
    );
  }
}

function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

function refusal(doing: string, error: unknown): RequestError {
  const code = codeOf(error);
  const isDenied = code === 401 || code === 403;
  return new RequestError(
    {
      code: 'kubernetes-refuses',
      message: `Kubernetes refuses ${doing}${code === undefined ? '' : ` (${code})`}: ${wordsOf(error)}.`,
      hint: isDenied
        ? 'What is needed: create, list and delete of jobs, pods and secrets in the namespace (kubectl auth can-i --list).'
        : 'Whether the cluster answers, this says: kubectl get nodes',
    },
    { cause: error },
  );
}

/** The API's own message; the client's is the whole answer. */
function wordsOf(error: unknown): string {
  if (error instanceof Error && 'body' in error) {
    const { body } = error;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]?.replaceAll('\\"', '"') ?? messageOf(error).split('\n')[0] ?? '';
  }
  return messageOf(error);
}
