import { expect, it } from 'vitest';
import { threadsOfWorker, threadVariables } from '../../../../src/workers/local/threads.ts';

it.each([
  ['a worker gets its share of the cores', 8, 4, {}, 2],
  ['at least one thread', 2, 8, {}, 1],
  ['one worker has them all, as its libraries like', 8, 1, {}, undefined],
  ['whoever has set one of the variables has decided', 8, 4, { OMP_NUM_THREADS: '8' }, undefined],
  ['also an empty one', 8, 4, { POLARS_MAX_THREADS: '' }, undefined],
])('%s', (_, cores, workers, variables: Readonly<Record<string, string>>, threads) => {
  expect(threadsOfWorker(cores, workers, { PATH: '/bin', ...variables })).toBe(threads);
});

it('is told to every library by its own variable', () => {
  expect(threadVariables(undefined)).toEqual({});
  expect(threadVariables(2)).toMatchObject({
    OMP_NUM_THREADS: '2',
    OPENBLAS_NUM_THREADS: '2',
    MKL_NUM_THREADS: '2',
    POLARS_MAX_THREADS: '2',
  });
});
