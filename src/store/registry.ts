/** Assets in the home's database. */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { type Problem, RequestError } from '../errors/types.ts';
import type { AssetVersion } from '../language/named-paths.ts';
import { withAddressSecrets, withoutAddressSecrets } from './address-secrets.ts';
import type { Asset, AssetKind, AssetOf, AssetRegistry, NewAsset } from './assets.ts';
import { exclusively } from './database.ts';
import { checkName, checkVersion } from './names.ts';
import { restored, stored } from './stored-spec.ts';

/** The datastore that every home has. */
export const defaultDatastore = 'workspaceblobstore';

export function assetRegistry(home: string, database: DatabaseSync): AssetRegistry {
  const versionsOf = database.prepare('select * from assets where kind = ? and name = ? order by rowid desc');
  const labelsOf = database.prepare('select label, version from asset_labels where kind = ? and name = ?');

  function entries(kind: AssetKind, name: string): readonly Entry[] {
    const labels = labelsOf.all(kind, name);
    const found = versionsOf.all(kind, name).map((row) => entry(row, labels));
    return found.length === 0 && kind === 'datastore' && name === defaultDatastore ? [{ asset: builtIn(home), problems: [] }] : found;
  }

  function versions(kind: AssetKind, name: string): readonly Asset[] {
    return entries(kind, name).map(({ asset }) => asset);
  }

  function find(kind: AssetKind, name: string, which: AssetVersion): Entry | undefined {
    const all = entries(kind, name);
    if ('version' in which) return all.find(({ asset }) => asset.version === which.version);
    if (which.label === 'latest') return all.find(({ asset }) => !asset.archived);
    return all.find(({ asset }) => asset.labels.includes(which.label));
  }

  function findOrThrow(kind: AssetKind, name: string, which: AssetVersion): Entry {
    const found = find(kind, name, which);
    if (found === undefined) throw unknownAsset(kind, name, which, versions(kind, name), names(kind));
    return found;
  }

  function resolve<K extends AssetKind>(kind: K, name: string, which: AssetVersion): AssetOf<K> {
    const { asset, problems } = findOrThrow(kind, name, which);
    if (problems.length > 0) throw outdated(asset, problems);
    if (!isKind(asset, kind)) throw unknownAsset(kind, name, which, [], []);
    return asset;
  }

  function names(kind: AssetKind): readonly string[] {
    const stored = database.prepare('select distinct name from assets where kind = ? order by name').all(kind);
    const all = stored.map((row) => String(row.name));
    return kind === 'datastore' && !all.includes(defaultDatastore) ? [defaultDatastore, ...all] : all;
  }

  function register(given: NewAsset, beforeStored?: () => void): Asset {
    checkName(given.kind, given.name);
    if (given.version !== undefined) checkVersion(given.version);
    return exclusively(database, () => {
      const { kind, name, version, description, tags, ...whole } = given;
      const existing = version === undefined ? undefined : find(kind, name, { version })?.asset;
      if (existing !== undefined) {
        if (sameContent(existing, given, home)) return existing;
        throw new RequestError({
          code: 'asset-exists',
          message: `${kind} ${name} version ${existing.version} is registered already, with another content.`,
          hint: 'Give another version, or none to get the next one.',
        });
      }
      beforeStored?.();
      const own = version ?? nextVersion(versions(kind, name));
      const body = withoutAddressSecrets(home, ['assets', kind, name, own], whole);
      database
        .prepare('insert into assets (kind, name, version, description, tags, body, created) values (?, ?, ?, ?, ?, ?, ?)')
        .run(kind, name, own, description ?? null, JSON.stringify(tags), JSON.stringify(stored(body)), new Date().toISOString());
      return resolve(kind, name, { version: own });
    });
  }

  return {
    home,
    resolve,
    register,
    list(kind, { name, archived = false } = {}) {
      const candidates = name === undefined ? names(kind).map((each) => versions(kind, each)) : [versions(kind, name)];
      const wanted = candidates.map((all) => all.filter((one) => one.archived === archived));
      return wanted
        .flatMap((all) => (name === undefined ? all.slice(0, 1) : all))
        .sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0));
    },
    remove(kind, name) {
      findOrThrow(kind, name, { label: 'latest' });
      database.prepare('delete from assets where kind = ? and name = ?').run(kind, name);
    },
    archive(kind, name, which, archived) {
      const { asset: found } = findOrThrow(kind, name, which);
      database
        .prepare('update assets set archived = ? where kind = ? and name = ? and version = ?')
        .run(archived ? 1 : 0, kind, name, found.version);
    },
  };
}

function builtIn(home: string): Asset {
  return {
    kind: 'datastore',
    name: defaultDatastore,
    version: '1',
    tags: {},
    labels: [],
    created: '1970-01-01T00:00:00.000Z',
    archived: false,
    place: { type: 'local', path: join(home, 'datastores', defaultDatastore) },
  };
}

/** An asset, and why it can be looked at but not used. */
interface Entry {
  readonly asset: Asset;
  readonly problems: readonly Problem[];
}

function isKind<K extends AssetKind>(found: Asset, kind: K): found is AssetOf<K> {
  return found.kind === kind;
}

function entry(row: Readonly<Record<string, unknown>>, labels: readonly Readonly<Record<string, unknown>>[]): Entry {
  const version = String(row.version);
  const { value, problems } = restored(JSON.parse(String(row.body)));
  const asset: unknown = {
    ...(row.kind === 'datastore' ? withPlace(value) : value),
    kind: row.kind,
    name: row.name,
    version,
    ...(typeof row.description === 'string' && { description: row.description }),
    tags: JSON.parse(String(row.tags)),
    labels: labels.filter((label) => label.version === version).map((label) => String(label.label)),
    created: String(row.created),
    archived: row.archived === 1,
  };
  return { asset: asset as Asset, problems };
}

/** Version 0.1 knew folders alone. */
function withPlace(body: { readonly path?: unknown }): object {
  const { path, ...rest } = body;
  return path === undefined ? rest : { ...rest, place: { type: 'local', path } };
}

function outdated({ kind, name, version }: Asset, problems: readonly Problem[]): RequestError {
  return new RequestError(
    problems.map(({ code, message }) => ({
      code,
      message: `The ${kind} ${name}, version ${version}, was registered by an earlier version of the program and cannot be used by this one: ${message}`,
      hint: `Mend its file and register it as another version: prl ${kind} create --file FILE`,
    })),
  );
}

function nextVersion(all: readonly Asset[]): string {
  const numbers = all.map((one) => Number(one.version)).filter((n) => Number.isSafeInteger(n) && n >= 0);
  return String(Math.max(0, ...numbers) + 1);
}

function sameContent(existing: Asset, given: NewAsset, home: string): boolean {
  const { version: _v, labels: _l, created: _c, archived: _a, ...stored } = existing;
  const { version: _w, ...wanted } = given;
  return isDeepStrictEqual(withAddressSecrets(home, stored), JSON.parse(JSON.stringify(withAddressSecrets(home, wanted))));
}

function unknownAsset(
  kind: AssetKind,
  name: string,
  which: AssetVersion,
  versions: readonly Asset[],
  names: readonly string[],
): RequestError {
  const wanted = 'version' in which ? `${kind} ${name}, version ${which.version}` : `${kind} ${name}@${which.label}`;
  const there = versions.map((one) => one.version).slice(0, 10);
  const hint =
    there.length > 0
      ? `Registered versions: ${there.join(', ')}${versions.length > there.length ? ` (${there.length} of ${versions.length})` : ''}.`
      : names.length > 0
        ? `Registered: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ` (10 of ${names.length})` : ''}.`
        : `Register it with: prl ${kind} create --file FILE`;
  return new RequestError({ code: 'unknown-asset', message: `${wanted} is not registered.`, hint });
}
