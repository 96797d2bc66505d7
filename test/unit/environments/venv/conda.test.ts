import { expect, test } from 'vitest';
import { condaRequirement } from '../../../../src/environments/venv/conda.ts';

test.each([
  ['numpy', 'numpy'],
  ['numpy=1.26', 'numpy==1.26.*'],
  ['numpy=1.26.*', 'numpy==1.26.*'],
  ['numpy==1.26.4', 'numpy==1.26.4'],
  ['numpy=1.26.4=py310h_0', 'numpy==1.26.4.*'],
  ['numpy 1.26 py310_0', 'numpy==1.26.*'],
  ['numpy 1.26.*', 'numpy==1.26.*'],
  ['numpy>=1.21,<2', 'numpy>=1.21,<2'],
  ['numpy >=1.21, <2', 'numpy>=1.21,<2'],
  ['conda-forge::scikit-learn=0.24.2', 'scikit-learn==0.24.2.*'],
  ['conda-forge/linux-64::pandas', 'pandas'],
  ['pytorch=2.1', 'torch==2.1.*'],
  ['tensorflow-gpu', 'tensorflow'],
  ['matplotlib-base', 'matplotlib'],
  ['pip', 'pip'],
  ['dask[dataframe]=2024.1', 'dask[dataframe]==2024.1.*'],
])('%s is %s in the package index', (text, line) => {
  expect(condaRequirement(text)).toEqual({ kind: 'package', line });
});

test.each([
  ['python=3.10.4', '3.10'],
  ['python>=3.8', '3.8'],
  ['python 3.11', '3.11'],
  ['conda-forge::python=3.9=h_0', '3.9'],
  ['python', undefined],
])('%s asks for Python %s', (text, version) => {
  expect(condaRequirement(text)).toMatchObject({ kind: 'python', range: version === undefined ? undefined : { version } });
});

test.each(['cudatoolkit=11.3', 'git', 'gcc_linux-64', 'libgcc-ng', 'openmpi', 'r-base', 'nvidia-apex', 'pytorch-cuda=12.1'])(
  '%s is no Python package',
  (text) => {
    expect(condaRequirement(text)).toMatchObject({ kind: 'left_out' });
  },
);
