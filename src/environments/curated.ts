/**
 * Environments that the cloud keeps under names of its own, as sets of packages: near to what the image has, not the same. A name that is
 * registered in the home goes before its line here.
 * Source of names: Azure ML, "Curated environments"; what a name says of versions is taken from the name.
 */
import { parsePath } from '../language/named-paths.ts';
import type { EnvironmentSpec } from '../language/types.ts';

interface Curated {
  /** Of the name, in lower case; its first group is the version of the first package. */
  readonly name: RegExp;
  /** As a conda specification lists them for pip; `{}` is the version. */
  readonly packages: readonly string[];
}

const table: readonly Curated[] = [
  {
    name: /^(?:azureml-)?sklearn-(\d+\.\d+)/,
    packages: ['scikit-learn=={}.*', 'pandas', 'numpy', 'scipy', 'joblib', 'matplotlib', 'mlflow'],
  },
  { name: /^(?:azureml-)?lightgbm-(\d+\.\d+)/, packages: ['lightgbm=={}.*', 'scikit-learn', 'pandas', 'numpy', 'mlflow'] },
  { name: /^(?:azureml-)?xgboost-(\d+\.\d+)/, packages: ['xgboost=={}.*', 'scikit-learn', 'pandas', 'numpy', 'mlflow'] },
  { name: /^(?:azureml-)?(?:acpt-|acft-)?pytorch-(\d+\.\d+)/, packages: ['torch=={}.*', 'torchvision', 'pandas', 'numpy', 'mlflow'] },
  { name: /^(?:azureml-)?tensorflow-(\d+\.\d+)/, packages: ['tensorflow=={}.*', 'pandas', 'numpy', 'mlflow'] },
  { name: /^(?:azureml-)?mlflow/, packages: ['mlflow', 'pandas', 'numpy', 'scikit-learn'] },
  { name: /^azureml-tutorial/, packages: ['scikit-learn', 'pandas', 'numpy', 'matplotlib', 'joblib'] },
  { name: /^(?:azureml-)?minimal/, packages: ['numpy', 'pandas'] },
];

/** `AzureML-sklearn-1.0-ubuntu20.04-py38-cpu` by what its name says; undefined for a name that is not in the table. */
export function curatedEnvironment(reference: string | undefined): EnvironmentSpec | undefined {
  const named = parsePath(reference ?? '');
  if (named.kind !== 'asset') return undefined;
  const name = named.name.toLowerCase();
  for (const { name: pattern, packages } of table) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const python = /py(3)(\d{1,2})(?!\d)/.exec(name);
    const pip = packages.map((each) => each.replace('{}', match[1] ?? ''));
    return {
      name: named.name,
      conda: { dependencies: [...(python === null ? [] : [`python=${python[1]}.${python[2]}`]), { pip }] },
      description: 'Packages near to those of the curated environment of the cloud.',
    };
  }
  return undefined;
}
