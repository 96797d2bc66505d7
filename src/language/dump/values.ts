/** Inputs, outputs, ports and environments as they stand in a file. */
import { isAbsolute, relative } from 'node:path';
import type { CloudOnly, EnvironmentSpec, InputPort, InputValue, OutputPort, OutputValue } from '../types.ts';

/** Writes a path for a file in a certain folder. */
export type WritePath = (path: string) => string;

/** `directory` given: local paths become relative to it, so that the folder can be moved as a whole. */
export function pathWriter(directory: string | undefined): WritePath {
  return (path) => {
    if (directory === undefined || !isAbsolute(path)) return path;
    const near = relative(directory, path);
    return near === '' ? '.' : near.startsWith('..') ? near : `./${near}`;
  };
}

/** Without the keys that have no value. */
export function keys(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Nothing at all for an empty mapping. */
export function filled(values: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  return Object.keys(values).length === 0 ? undefined : { ...values };
}

export function mapValues<From, To>(values: Readonly<Record<string, From>>, write: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, write(value)]));
}

export function writeInput(value: InputValue, path: WritePath): unknown {
  if (value.kind === 'literal') return value.value;
  if (value.kind === 'data') return keys({ type: value.type, path: path(value.path), mode: value.mode, read: value.read });
  if (value.type === undefined && value.mode === undefined && value.read === undefined) return value.text;
  return keys({ type: value.type, path: value.text, mode: value.mode, read: value.read });
}

export function writeOutput(value: OutputValue, path: WritePath): unknown {
  const { binding, ...rest } = value;
  if (binding !== undefined && Object.keys(rest).length === 0) return binding;
  const where = binding ?? (value.path === undefined ? undefined : path(value.path));
  return Object.keys(value).length === 0 ? null : keys({ ...rest, path: where });
}

export function writeInputPort(port: InputPort): unknown {
  const { optional, ...rest } = port;
  return keys({ ...rest, optional: optional ? true : undefined });
}

export function writeOutputPort(port: OutputPort): unknown {
  return keys({ ...port });
}

/** `cloudOnly` is what the step keeps beside the environment (`os_type` …). */
export function writeEnvironment(environment: EnvironmentSpec | undefined, cloudOnly: CloudOnly, path: WritePath): unknown {
  if (environment === undefined) return undefined;
  if (environment.reference !== undefined) return environment.reference;
  const { name, version, image, conda, condaFile, build, description, tags } = environment;
  const kept = cloudOnly.environment;
  return keys({
    name,
    version,
    image,
    conda_file: condaFile === undefined ? conda : path(condaFile),
    build: build === undefined ? undefined : keys({ path: path(build.path), dockerfile_path: build.dockerfilePath }),
    description,
    tags,
    ...(typeof kept === 'object' && kept !== null ? kept : {}),
  });
}
