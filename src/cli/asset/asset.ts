/** What is registered by name in the home. */
import { RequestError, renderProblem } from '../../errors/types.ts';
import { componentsOf } from '../../jobs/components.ts';
import { registerComponent } from '../../jobs/register-component.ts';
import { type NewDatastore, registerDatastore } from '../../jobs/register-datastore.ts';
import { registerLocated } from '../../jobs/register-located.ts';
import { loadAsset } from '../../language/assets.ts';
import { datastoreKeys } from '../../language/datastores.ts';
import { loadComponent } from '../../language/load.ts';
import type { AssetVersion } from '../../language/named-paths.ts';
import type { Asset, AssetKind, AssetOf, NewAsset } from '../../store/assets.ts';
import { accessKind } from '../../store/credentials.ts';
import type { RunStore } from '../../store/store.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { givenName, type ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns, facts } from '../output/table.ts';

interface CreateOptions extends ResultOptions {
  readonly file?: string;
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly type?: string;
  readonly path?: string;
  readonly image?: string;
  readonly condaFile?: string;
  readonly set?: readonly string[];
}

export async function create(kind: AssetKind, argument: string | undefined, options: CreateOptions): Promise<void> {
  await withStore(async (store) => {
    const given = await read(store, kind, options.file ?? argument, options);
    await printAsset(store, register(store, given), options);
  });
}

/** As its file describes it. */
type Given = Exclude<NewAsset, { kind: 'datastore' }> | ({ readonly kind: 'datastore' } & NewDatastore);

function register(store: RunStore, given: Given): Asset {
  switch (given.kind) {
    case 'component':
      return registerComponent(store, given);
    case 'data':
    case 'model':
      return registerLocated(store, given);
    case 'datastore':
      return registerDatastore(store, given);
    case 'environment':
      return store.assets.register(given);
  }
}

async function read(store: RunStore, kind: AssetKind, file: string | undefined, options: CreateOptions): Promise<Given> {
  const overrides = overridesOf(options);
  if (kind === 'component') {
    if (file === undefined) throw new RequestError({ code: 'missing-argument', message: 'The file is missing: give it with --file.' });
    const { spec, warnings } = await loadComponent(file, { overrides, components: componentsOf(store.assets) });
    for (const warning of warnings) tell(`warning: ${renderProblem(warning)}`);
    const { name, version, description, tags } = spec.step.component;
    return named({ kind, component: spec, tags: tags ?? {}, ...defined({ name, version, description }) });
  }
  return named(loadAsset(kind, { overrides, ...(file !== undefined && { file }) }));
}

/** Flags say the same as `--set` of the keys that they stand for. */
function overridesOf(options: CreateOptions): readonly string[] {
  const { name, version, description, type, path, image, condaFile } = options;
  const flags = Object.entries({ name, version, description, type, path, image, conda_file: condaFile });
  return [...flags.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`])), ...(options.set ?? [])];
}

type Unnamed<A> = A extends Given ? Omit<A, 'name'> & { readonly name?: string } : never;

function named(asset: Unnamed<Given>): Given {
  const { name } = asset;
  if (name === undefined) {
    throw new RequestError({
      code: 'missing-key',
      message: `The ${asset.kind} has no name.`,
      hint: 'Write name: in its file, or give --name.',
    });
  }
  return { ...asset, name };
}

interface NameOptions extends ResultOptions {
  readonly name?: string;
  readonly version?: string;
  readonly label?: string;
}

export async function show(kind: AssetKind, argument: string | undefined, options: NameOptions): Promise<void> {
  await withStore((store) => printAsset(store, store.assets.resolve(kind, givenName(argument, options), whichOf(options)), options));
}

export async function archive(kind: AssetKind, argument: string | undefined, options: NameOptions, archived: boolean): Promise<void> {
  await withStore((store) => {
    const name = givenName(argument, options);
    const all = store.assets.list(kind, { name, archived: !archived });
    const which =
      options.version === undefined && options.label === undefined ? all.map(({ version }) => ({ version })) : [whichOf(options)];
    if (which.length === 0) store.assets.resolve(kind, name, { label: 'latest' });
    for (const each of which) store.assets.archive(kind, name, each, archived);
  });
}

interface ListOptions extends ResultOptions {
  readonly name?: string;
  readonly maxResults?: number;
  readonly archivedOnly?: boolean;
}

export async function list(kind: AssetKind, options: ListOptions): Promise<void> {
  await withStore(async (store) => {
    const all = store.assets.list(kind, { archived: options.archivedOnly === true, ...defined({ name: options.name }) });
    const shown = all.slice(0, options.maxResults ?? all.length);
    await printResult(
      shown.map((asset) => shape(asset, store.home)),
      options,
      () =>
        columns(
          ['NAME', 'VERSION', 'TYPE', 'PATH'],
          shown.map((asset) => [asset.name, asset.version, typeOf(asset), whereOf(asset)]),
        ),
    );
    if (shown.length < all.length) tell(`${shown.length} of ${all.length}`);
  });
}

async function printAsset({ home }: RunStore, asset: Asset, options: ResultOptions): Promise<void> {
  const shown = shape(asset, home);
  await printResult(shown, options, () =>
    facts(Object.entries(shown).map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const)),
  );
}

/** What programs read: the keys of YAML. */
function shape(asset: Asset, home: string): Readonly<Record<string, unknown>> {
  const { name, version, description, tags, created } = asset;
  const head = { name, ...(asset.kind === 'datastore' ? {} : { version }), ...defined({ description }), tags, created };
  switch (asset.kind) {
    case 'data':
    case 'model':
      return { ...head, type: asset.type, path: asset.path };
    case 'datastore':
      return { ...head, ...datastoreKeys(asset.place), ...accessOf(asset, home) };
    case 'environment': {
      const { image, conda, condaFile, build } = asset.environment;
      return { ...head, ...defined({ image, conda_file: condaFile, conda, build }) };
    }
    case 'component': {
      const { step } = asset.component;
      return { ...head, type: step.type, inputs: step.inputPorts, outputs: step.outputPorts };
    }
  }
}

/** How access is had, and never with what. */
function accessOf({ name, place }: AssetOf<'datastore'>, home: string): { readonly access?: string } {
  return 'path' in place ? {} : { access: accessKind(home, name) ?? 'of this machine' };
}

function typeOf(asset: Asset): string {
  return asset.kind === 'datastore' ? asset.place.type : 'type' in asset ? asset.type : asset.kind;
}

function whereOf(asset: Asset): string {
  if (asset.kind !== 'datastore') return 'path' in asset ? asset.path : '';
  const { place } = asset;
  return 'path' in place ? place.path : 'account' in place ? `${place.account}/${place.container}` : place.bucket;
}

function whichOf({ version, label }: NameOptions): AssetVersion {
  return version === undefined ? { label: label ?? 'latest' } : { version };
}

function defined<T extends Readonly<Record<string, unknown>>>(values: T): { readonly [K in keyof T]?: NonNullable<T[K]> } {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: NonNullable<T[K]> };
}
