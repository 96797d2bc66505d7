/** Files that describe what is to be registered become plain values: the same judgement, with lines, as job files get. */
import type * as z from 'zod';
import { kindOf, readPath } from './build/paths.ts';
import { oneOf, textRecord, versionText } from './build/scalars.ts';
import { readEnvironment } from './build/work/environment.ts';
import { check } from './check.ts';
import { type DatastoreBody, readDatastore } from './datastores.ts';
import { Findings, objectSource, Place } from './findings.ts';
import { applyOverrides } from './overrides.ts';
import { dataAsset, modelAsset } from './schema/assets.ts';
import { DATA_TYPES, environmentObject } from './schema/common.ts';
import { readYaml } from './source/yaml.ts';
import type { DataType, EnvironmentSpec } from './types.ts';

interface Described {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type AssetFile = Described &
  (
    | { readonly kind: 'data' | 'model'; readonly type: DataType; readonly path: string }
    | { readonly kind: 'environment'; readonly environment: EnvironmentSpec }
    | ({ readonly kind: 'datastore' } & DatastoreBody)
  );

export interface AssetSource {
  /** Without a file, `overrides` say everything and paths are relative to the working directory. */
  readonly file?: string;
  /** `--set a.b=c`, in order. */
  readonly overrides: readonly string[];
}

/** @throws RequestError with everything that is wrong. */
export function loadAsset(kind: AssetFile['kind'], { file, overrides }: AssetSource): AssetFile {
  const { source, value } = file === undefined ? { source: objectSource(process.cwd()), value: {} } : readYaml(file);
  const place = new Place(source, new Findings());
  const changed = applyOverrides(value ?? {}, overrides);
  const asset = build(kind, changed, place);
  place.findings.throwIfAny();
  if (asset === undefined) throw new Error('the loader gave up without saying why');
  return asset;
}

function build(kind: AssetFile['kind'], value: unknown, place: Place): AssetFile | undefined {
  switch (kind) {
    case 'data':
      return located(kind, check(dataAsset, value, place), 'uri_folder', place);
    case 'model':
      return located(kind, check(modelAsset, value, place), 'custom_model', place);
    case 'environment': {
      const raw = check(environmentObject, value, place);
      const built = raw === undefined ? undefined : readEnvironment(raw, place);
      return raw === undefined || built === undefined ? undefined : { kind, environment: built.environment, ...described(raw, place) };
    }
    case 'datastore': {
      const read = readDatastore(value, place, process.env);
      if (read === undefined) return undefined;
      const { raw, ...body } = read;
      return { kind, ...body, ...described(raw, place) };
    }
  }
}

type RawLocated = Partial<z.infer<typeof dataAsset>>;

function located(kind: 'data' | 'model', raw: RawLocated | undefined, standard: DataType, place: Place): AssetFile | undefined {
  if (raw?.path === undefined) return undefined;
  const path = readPath(raw.path, place.at('path'));
  if (path === undefined) return undefined;
  if (path.kind === 'asset') {
    place.at('path').error('invalid-reference', `Expected a path or a URI, found the registered asset ${raw.path}.`);
    return undefined;
  }
  const given = oneOf(DATA_TYPES, raw.type);
  if (path.kind === 'remote') return { kind, type: given ?? standard, path: path.text, ...described(raw, place) };
  const found = kindOf(path.path);
  const type = given ?? (kind === 'data' && found === 'file' ? 'uri_file' : standard);
  if (found === undefined) {
    place
      .at('path')
      .error(
        'missing-path',
        `There is nothing at ${path.path}.`,
        `${JSON.stringify(raw.path)} is relative to ${place.source.baseDirectory}.`,
      );
  } else if ((type === 'uri_file' && found === 'folder') || (type === 'uri_folder' && found === 'file')) {
    place.at('path').error('type-mismatch', `The type is ${type}, and ${path.path} is a ${found}.`);
  }
  return { kind, type, path: path.path, ...described(raw, place) };
}

type RawDescribed = Pick<RawLocated, 'name' | 'version' | 'description' | 'tags'>;

function described({ name, version, description, tags }: RawDescribed, place: Place): Described {
  return {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version: versionText(version, place.at('version')) }),
    ...(description !== undefined && { description }),
    tags: textRecord(tags ?? {}),
  };
}
