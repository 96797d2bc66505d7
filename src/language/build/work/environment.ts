/** Environments: registered ones stay references, written ones are read together with their conda file. */
import type * as z from 'zod';
import { check, isRecord } from '../../check.ts';
import type { Place } from '../../findings.ts';
import { environmentObject } from '../../schema/common.ts';
import { readYamlFor } from '../../source/read.ts';
import type { CloudOnly, EnvironmentSpec } from '../../types.ts';
import { kindOf, readPath, staysInside } from '../paths.ts';
import { textRecord, versionText } from '../scalars.ts';

export interface BuiltEnvironment {
  readonly environment: EnvironmentSpec;
  readonly cloudOnly: CloudOnly;
}

type Raw = z.infer<typeof environmentObject>;

export function readEnvironment(raw: string | Raw | undefined, place: Place): BuiltEnvironment | undefined {
  if (raw === undefined) return undefined;
  if (typeof raw !== 'string') return fromObject(raw, place);
  if (/^file:/.test(raw)) return fromFile(raw, place);
  if (!raw.startsWith('azureml:')) {
    const looksLocal = /\.ya?ml$/.test(raw);
    place.error(
      'invalid-reference',
      `Expected azureml:NAME:VERSION, azureml:NAME@latest or a mapping with image and conda_file, found ${JSON.stringify(raw)}.`,
      looksLocal ? `Write "file:${raw}" for a file.` : `For a registered environment write "azureml:${raw}".`,
    );
    return undefined;
  }
  const path = readPath(raw, place);
  if (path === undefined) return undefined;
  if (path.kind === 'local') return fromFile(raw, place);
  return { environment: { reference: raw }, cloudOnly: {} };
}

function fromFile(raw: string, place: Place): BuiltEnvironment | undefined {
  const path = readPath(raw, place);
  if (path?.kind !== 'local') return undefined;
  const file = readYamlFor(path.path, place);
  if (file === undefined) return undefined;
  const checked = check(environmentObject, file.value, file.place);
  return checked === undefined ? undefined : fromObject(checked, file.place);
}

function fromObject(raw: Partial<Raw>, place: Place): BuiltEnvironment | undefined {
  const conda = readConda(raw.conda_file, place.at('conda_file'));
  const build = readBuild(raw.build, place.at('build'));
  if (raw.image === undefined && raw.build === undefined && raw.conda_file === undefined) {
    place.error(
      'empty-environment',
      'An environment needs an image, a conda_file or a build folder.',
      'For a registered one write azureml:NAME:VERSION.',
    );
    return undefined;
  }
  if (raw.image !== undefined && raw.build !== undefined) {
    place.error('image-and-build', 'An environment has an image or a build folder, not both.');
  }
  if (raw.build !== undefined && raw.conda_file !== undefined) {
    place.error('conda-and-build', 'A conda_file goes with an image, not with a build folder.');
  }
  const { os_type, inference_config, datastore, properties } = raw;
  return {
    environment: {
      ...(raw.name !== undefined && { name: raw.name }),
      ...(raw.version !== undefined && { version: versionText(raw.version, place.at('version')) }),
      ...(raw.image !== undefined && { image: raw.image }),
      ...conda,
      ...(build !== undefined && { build }),
      ...(raw.description !== undefined && { description: raw.description }),
      ...(isRecord(raw.tags) ? { tags: textRecord(raw.tags) } : {}),
    },
    cloudOnly: defined({ os_type, inference_config, datastore, properties }),
  };
}

/** Without the keys that have no value. */
export function defined(values: Readonly<Record<string, unknown>>): CloudOnly {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

function readConda(raw: Raw['conda_file'], place: Place): Pick<EnvironmentSpec, 'conda' | 'condaFile'> {
  if (raw === undefined) return {};
  if (typeof raw !== 'string') return { conda: raw };
  const path = readPath(raw, place);
  if (path === undefined) return {};
  if (path.kind !== 'local') {
    place.error('not-local', `The conda_file must be a local file, found ${JSON.stringify(raw)}.`);
    return {};
  }
  const file = readYamlFor(path.path, place);
  if (file === undefined) return {};
  if (!isRecord(file.value)) {
    file.place.error('wrong-type', 'Expected a conda specification (a mapping with dependencies).');
    return {};
  }
  return { conda: file.value, condaFile: path.path };
}

function readBuild(raw: Raw['build'], place: Place): EnvironmentSpec['build'] {
  if (raw === undefined) return undefined;
  const path = readPath(raw.path, place.at('path'));
  if (path === undefined) return undefined;
  const dockerfile = raw.dockerfile_path;
  if (path.kind === 'local') {
    if (kindOf(path.path) !== 'folder') {
      place
        .at('path')
        .error(
          'missing-path',
          `There is no folder at ${path.path}.`,
          `${JSON.stringify(raw.path)} is relative to ${place.source.baseDirectory}.`,
        );
      return undefined;
    }
    if (dockerfile !== undefined && !staysInside(dockerfile)) {
      place
        .at('dockerfile_path')
        .error('path-climbs', `The Dockerfile must stand inside ${path.path}, found ${JSON.stringify(dockerfile)}.`);
    }
  }
  return { path: path.kind === 'local' ? path.path : path.text, ...(dockerfile !== undefined && { dockerfilePath: dockerfile }) };
}
