/**
 * Environments that the cloud keeps under names of its own, as sets of packages: near to what the image has, not the same. A name that is
 * registered in the home goes before its line here.
 * Source of names and of the versions beside the first: Azure ML, "Curated environments", and what the public repository azureml-assets has of
 * them; what a name says of versions is taken from the name.
 */
import { parsePath } from '../language/named-paths.ts';
import type { EnvironmentSpec } from '../language/types.ts';

interface Curated {
  /** Of the name, in lower case; its first group is the version of the first package. */
  readonly name: RegExp;
  /** Where the name says none; the packages have no files for others. */
  readonly python?: string;
  /** As a conda specification lists them for pip; `{}` is the version. */
  readonly packages: readonly string[];
}

/** Scripts of their time stop at what later major versions took away (`DataFrame.append`, `numpy.float`). */
const pandas15 = ["pandas~=1.5.3; python_version < '3.12'", "pandas<3; python_version >= '3.12'", 'numpy<2', 'scipy', 'joblib'];
const ofTheirTime = ['pandas<3', 'numpy<2', 'mlflow<3'];

const table: readonly Curated[] = [
  {
    name: /^(?:azureml-)?sklearn-(0\.\d+|1\.[0-2])(?!\d)/,
    python: '>=3.8,<3.11',
    packages: ['scikit-learn~={}.0', 'pandas~=1.3', 'numpy<1.24', 'scipy', 'joblib', 'matplotlib', 'mlflow<3'],
  },
  {
    name: /^(?:azureml-)?sklearn-(\d+\.\d+)/,
    python: '>=3.9,<3.12',
    packages: ['scikit-learn~={}.0', ...pandas15, 'matplotlib', 'mlflow<3'],
  },
  {
    name: /^(?:azureml-)?lightgbm-(\d+\.\d+)/,
    python: '>=3.9,<3.12',
    packages: ['lightgbm=={}.*', 'scikit-learn', ...pandas15, 'mlflow<3'],
  },
  { name: /^(?:azureml-)?xgboost-(\d+\.\d+)/, packages: ['xgboost=={}.*', 'scikit-learn', ...ofTheirTime] },
  { name: /^(?:azureml-)?(?:acpt-|acft-)?pytorch-(\d+\.\d+)/, packages: ['torch=={}.*', 'torchvision', ...ofTheirTime] },
  { name: /^(?:azureml-)?tensorflow-(\d+\.\d+)/, packages: ['tensorflow=={}.*', ...ofTheirTime] },
  { name: /^(?:azureml-)?mlflow/, packages: ['mlflow', 'pandas', 'numpy', 'scikit-learn'] },
  { name: /^azureml-tutorial/, packages: ['scikit-learn', 'matplotlib', 'joblib', ...ofTheirTime] },
  { name: /^(?:azureml-)?minimal/, packages: ['numpy', 'pandas'] },
];

/** `AzureML-sklearn-1.0-ubuntu20.04-py38-cpu` by what its name says; undefined for a name that is not in the table. */
export function curatedEnvironment(reference: string | undefined): EnvironmentSpec | undefined {
  const named = parsePath(reference ?? '');
  if (named.kind !== 'asset') return undefined;
  const name = named.name.toLowerCase();
  for (const { name: pattern, python: usual, packages } of table) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const python = /py(3)(\d{1,2})(?!\d)/.exec(name);
    const wanted = python === null ? usual : `=${python[1]}.${python[2]}`;
    const pip = packages.map((each) => each.replace('{}', match[1] ?? ''));
    return {
      name: named.name,
      conda: { dependencies: [...(wanted === undefined ? [] : [`python${wanted}`]), { pip }] },
      description: 'Packages near to those of the curated environment of the cloud.',
    };
  }
  return undefined;
}
