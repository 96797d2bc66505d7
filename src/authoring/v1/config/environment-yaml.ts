/** Environments as SDK v1 writes them into YAML, where keys are in camel case. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '../invalid.ts';
import { CondaDependencies } from './conda-dependencies.ts';
import { Environment } from './environment.ts';

export function environmentToYaml(environment: Environment): Record<string, unknown> {
  const { name, version, python, docker, environmentVariables } = environment;
  return {
    name,
    version: version ?? null,
    environmentVariables,
    python: {
      userManagedDependencies: python.userManagedDependencies ?? false,
      interpreterPath: python.interpreterPath ?? 'python',
      condaDependencies: python.condaDependencies?.specification ?? null,
    },
    docker: { baseImage: docker.baseImage ?? null, baseDockerfile: docker.baseDockerfile ?? null },
  };
}

/** @throws RequestError when it is no environment. */
export function environmentFromYaml(value: unknown): Environment {
  if (!isMapping(value) || typeof value.name !== 'string') throw invalid('environment', 'The environment must be a mapping with a name.');
  const environment = new Environment(value.name);
  if (typeof value.version === 'string' || typeof value.version === 'number') environment.version = String(value.version);
  if (isMapping(value.environmentVariables)) {
    environment.environmentVariables = Object.fromEntries(
      Object.entries(value.environmentVariables).map(([key, text]) => [key, String(text)]),
    );
  }
  const python = isMapping(value.python) ? value.python : {};
  if (isMapping(python.condaDependencies)) environment.python.condaDependencies = new CondaDependencies(python.condaDependencies);
  if (typeof python.userManagedDependencies === 'boolean') environment.python.userManagedDependencies = python.userManagedDependencies;
  if (typeof python.interpreterPath === 'string') environment.python.interpreterPath = python.interpreterPath;
  const docker = isMapping(value.docker) ? value.docker : {};
  if (typeof docker.baseImage === 'string') environment.docker.baseImage = docker.baseImage;
  if (typeof docker.baseDockerfile === 'string') environment.docker.baseDockerfile = docker.baseDockerfile;
  return environment;
}

/** What Azure's `Environment.save_to_directory` wrote. `read`: a JSON or YAML file. @throws RequestError when it is no environment. */
export function environmentFromFolder(folder: string, read: (file: string) => unknown): Environment {
  const environment = environmentFromYaml(read(join(folder, 'azureml_environment.json')));
  const conda = join(folder, 'conda_dependencies.yml');
  if (environment.python.condaDependencies === undefined && existsSync(conda)) {
    environment.python.condaDependencies = new CondaDependencies(conda);
  }
  return environment;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
