/** Against a server that answers as the API of Kubernetes does; no cluster takes part. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { KubernetesLauncher } from '../../../src/launch/kubernetes/kubernetes-launcher.ts';
import type { LaunchOrder } from '../../../src/launch/launcher.ts';
import type { KubernetesSettings } from '../../../src/launch/settings.ts';
import { temporaryFolder } from '../../support/folder.ts';

const settings: KubernetesSettings = {
  type: 'kubernetes',
  image: 'registry.example/team/score:3',
  namespace: 'batch',
  cpus: '4',
  gpus: 1,
  imagePullSecrets: ['registry'],
  nodeSelector: { disk: 'fast' },
  volume: { claim: 'shared', mountPath: '/shared' },
};

const order: LaunchOrder = {
  key: '0123abcd',
  what: 'nightly, step score',
  logs: '/shared/logs',
  command: (label) => ['prl', 'agent', '--labels', `step=0123abcd,${label}`],
  environmentVariables: {},
  kind: { type: 'agent' },
  credentials: { variable: 'PARALLELRUN_NATS_CREDENTIALS', text: 's3cret' },
};

interface Asked {
  readonly method: string;
  readonly url: string;
  // biome-ignore lint/suspicious/noExplicitAny: what was sent, whatever it is
  readonly body: any;
}

type Answer = { readonly status?: number; readonly body: unknown };

async function api(answer: (asked: Asked) => Answer): Promise<Asked[]> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        url: decodeURIComponent(request.url ?? ''),
        body: text === '' ? undefined : JSON.parse(text),
      };
      asked.push(one);
      const { status = 200, body } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const file = join(temporaryFolder(), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'me', user: { token: 'mine' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'me' } }],
    'current-context': 'test',
  };
  writeFileSync(file, JSON.stringify(config));
  vi.stubEnv('KUBECONFIG', file);
  return asked;
}

afterEach(() => vi.unstubAllEnvs());

describe('a compute of Kubernetes', () => {
  it('asks for an Indexed Job, with the credentials in a Secret, and gives both back', async () => {
    const asked = await api(({ body }) => ({ body: body ?? { kind: 'Status', status: 'Success' } }));
    const launcher = await KubernetesLauncher.open(settings, order);
    expect(await launcher.start(['agent=beef-0', 'agent=beef-1'])).toEqual(['prl-0123abcd-beef/0', 'prl-0123abcd-beef/1']);
    await launcher.cancel(['prl-0123abcd-beef/1']);
    await launcher.clear();
    const [secret, job, ...deleted] = asked;
    expect(secret?.url).toBe('/api/v1/namespaces/batch/secrets');
    expect(secret?.body).toMatchObject({ kind: 'Secret', stringData: { credentials: 's3cret' } });
    expect(job?.url).toBe('/apis/batch/v1/namespaces/batch/jobs');
    expect(JSON.stringify(job?.body)).not.toContain('s3cret');
    expect(job?.body.spec).toMatchObject({ completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 0 });
    expect(job?.body.spec.template.spec).toMatchObject({
      restartPolicy: 'Never',
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { disk: 'fast' },
      volumes: [{ name: 'shared', persistentVolumeClaim: { claimName: 'shared' } }],
      containers: [
        {
          image: settings.image,
          command: ['prl', 'agent', '--labels', 'step=0123abcd,agent=beef-$(JOB_COMPLETION_INDEX)'],
          resources: { limits: { cpu: '4', 'nvidia.com/gpu': '1' } },
          env: [{ name: 'PARALLELRUN_NATS_CREDENTIALS', valueFrom: { secretKeyRef: { name: 'prl-0123abcd', key: 'credentials' } } }],
          volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
        },
      ],
    });
    expect(deleted.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'DELETE /api/v1/namespaces/batch/pods?labelSelector=batch.kubernetes.io/job-name=prl-0123abcd-beef,batch.kubernetes.io/job-completion-index=1',
      'DELETE /apis/batch/v1/namespaces/batch/jobs?labelSelector=parallelrun/step=0123abcd&propagationPolicy=Background',
      'DELETE /api/v1/namespaces/batch/secrets?labelSelector=parallelrun/step=0123abcd',
    ]);
  });

  it('tells in the words of Kubernetes what became of each pod', async () => {
    const pod = (index: number, status: object, spec: object = {}) => ({
      metadata: { labels: { 'batch.kubernetes.io/job-name': 'prl-0123abcd-beef', 'batch.kubernetes.io/job-completion-index': `${index}` } },
      spec,
      status,
    });
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "registry.example/team/score:3"' };
    const terminated = { reason: 'OOMKilled', exitCode: 137 };
    const unscheduled = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.',
    };
    const items = [
      pod(0, { phase: 'Running' }, { nodeName: 'worker-1' }),
      pod(1, { phase: 'Pending', conditions: [unscheduled] }),
      pod(2, { phase: 'Pending', containerStatuses: [{ state: { waiting } }] }),
      pod(3, { phase: 'Failed', containerStatuses: [{ state: { terminated } }] }, { nodeName: 'worker-2' }),
    ];
    await api(({ method, body }) => ({ body: method === 'GET' ? { kind: 'PodList', items } : body }));
    const launcher = await KubernetesLauncher.open(settings, order);
    const ids = await launcher.start(Array.from({ length: 5 }, (_, index) => `agent=beef-${index}`));
    const states = await launcher.look();
    expect(ids.map((id) => states.get(id))).toEqual([
      { kind: 'running', host: 'worker-1' },
      { kind: 'pending', reason: 'Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.' },
      { kind: 'pending', reason: 'ImagePullBackOff: Back-off pulling image "registry.example/team/score:3"' },
      { kind: 'ended', why: 'OOMKilled, exit code 137', host: 'worker-2' },
      { kind: 'pending', reason: '' },
    ]);
  });

  it('says what the API refuses, and where a command asks for several nodes', async () => {
    const message = 'jobs.batch is forbidden: User "me" cannot create resource "jobs" in API group "batch" in the namespace "batch"';
    await api(() => ({ status: 403, body: { kind: 'Status', status: 'Failure', code: 403, reason: 'Forbidden', message } }));
    const launcher = await KubernetesLauncher.open(settings, order);
    await expect(launcher.start(['agent=beef-0'])).rejects.toThrow(`Kubernetes refuses making the Job (403): ${message}. What is needed:`);
    const command: LaunchOrder = { ...order, kind: { type: 'command', nodes: 2, processesPerNode: 1 } };
    await expect(KubernetesLauncher.open(settings, command)).rejects.toThrow('The command is to run on 2 nodes at the same time');
  });
});
