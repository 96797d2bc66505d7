import { expect, test } from 'vitest';
import { freePorts, mpirunArguments, processCount, pytorchRanks, tensorflowRanks } from '../../../../src/pipeline/steps/distribution.ts';

test('each PyTorch process knows its place among all and on its node', () => {
  const ranks = pytorchRanks(2, 2, 5000).map(({ environmentVariables }) => environmentVariables);
  expect(ranks.map(({ RANK, LOCAL_RANK, NODE_RANK }) => `${RANK} ${LOCAL_RANK} ${NODE_RANK}`)).toEqual([
    '0 0 0',
    '1 1 0',
    '2 0 1',
    '3 1 1',
  ]);
  for (const rank of ranks) {
    expect(rank).toMatchObject({ MASTER_ADDR: '127.0.0.1', MASTER_PORT: '5000', WORLD_SIZE: '4', LOCAL_WORLD_SIZE: '2' });
  }
});

test('TensorFlow processes share one cluster and differ in their task', () => {
  const ranks = tensorflowRanks(2, 1, [1, 2, 3]);
  const configs = ranks.map(({ environmentVariables }) => JSON.parse(environmentVariables.TF_CONFIG ?? ''));
  for (const { cluster } of configs) expect(cluster).toEqual({ worker: ['127.0.0.1:1', '127.0.0.1:2'], ps: ['127.0.0.1:3'] });
  expect(configs.map(({ task }) => `${task.type} ${task.index}`)).toEqual(['ps 0', 'worker 0', 'worker 1']);
  expect(ranks.map(({ serves }) => serves)).toEqual([true, false, false]);
});

test('a cluster without parameter servers names none', () => {
  const [only] = tensorflowRanks(1, 0, [1]);
  expect(JSON.parse(only?.environmentVariables.TF_CONFIG ?? '').cluster).toEqual({ worker: ['127.0.0.1:1'] });
});

test('options that only Open MPI knows are given to it alone', () => {
  expect(mpirunArguments('mpirun (Open MPI) 4.1.4', 3, 'x', true)).toEqual([
    '--allow-run-as-root',
    '--oversubscribe',
    '-n',
    '3',
    'bash',
    '-c',
    'x',
  ]);
  expect(mpirunArguments('mpirun (Open MPI) 4.1.4', 3, 'x', false)).toEqual(['--oversubscribe', '-n', '3', 'bash', '-c', 'x']);
  expect(mpirunArguments('HYDRA build details', 3, 'x', true)).toEqual(['-n', '3', 'bash', '-c', 'x']);
});

test('processes are counted over all nodes', () => {
  expect(processCount(undefined, 4)).toBe(1);
  expect(processCount({ type: 'mpi', processCountPerInstance: 2 }, 3)).toBe(6);
  expect(processCount({ type: 'tensorflow', workerCount: 2, parameterServerCount: 1 }, 3)).toBe(3);
});

test('free ports are different ports', async () => {
  expect(new Set(await freePorts(5)).size).toBe(5);
});

test('on several machines, processes are told where the others are reached', () => {
  const nodes = { address: (node: number) => `10.0.0.${node}` };
  const ranks = pytorchRanks(2, 2, 5000, nodes);
  expect(ranks.map(({ node }) => node)).toEqual([0, 0, 1, 1]);
  expect(new Set(ranks.map(({ environmentVariables }) => environmentVariables.MASTER_ADDR))).toEqual(new Set(['10.0.0.0']));
  const [ps, ...workers] = tensorflowRanks(2, 1, [1, 2, 3], 2, nodes);
  expect([ps, ...workers].map((rank) => `${rank?.name} ${rank?.node}`)).toEqual(['ps 0 1', 'worker 0 0', 'worker 1 0']);
  expect(JSON.parse(ps?.environmentVariables.TF_CONFIG ?? '').cluster).toEqual({
    worker: ['10.0.0.0:1', '10.0.0.0:2'],
    ps: ['10.0.0.1:3'],
  });
});
