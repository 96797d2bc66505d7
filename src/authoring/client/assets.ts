/** What the operations on assets of every kind share. */
import { RequestError } from '../../errors/types.ts';
import { shown } from '../../language/check.ts';
import type { AssetVersion } from '../../language/named-paths.ts';
import { flag, nonEmpty, text, version as versionRule } from '../../language/schema/fields.ts';
import type { AssetKind, AssetOf } from '../../store/assets.ts';
import { judged } from '../options/judge.ts';
import { define } from '../options/rules.ts';
import type { AssetFilter, AssetView, Which } from './asset-views.ts';
import { withHome } from './home.ts';

const whichRules = define<Which>('Which version')({ version: versionRule(''), label: text('') });
const filterRules = define<AssetFilter>('list')({ name: nonEmpty(''), archived: flag('') });

export function assetView({ name, version: own, description, tags, created }: AssetOf<AssetKind>): AssetView {
  return { name, version: own, ...(description !== undefined && { description }), tags, created };
}

export function assetVersion({ version: own, label }: Which): AssetVersion {
  return own === undefined ? { label: label ?? 'latest' } : { version: String(own) };
}

/** @throws RequestError for what cannot be a name. */
export function nameOf(name: unknown, what: string): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new RequestError({ code: 'wrong-type', message: `Expected the name of ${what}, found ${shown(name)}.`, path: 'name' });
}

function versionOf(which: Which | string | number): AssetVersion {
  return assetVersion(judged(whichRules, typeof which === 'string' || typeof which === 'number' ? { version: which } : which));
}

/** @throws RequestError */
export async function findAsset<K extends AssetKind>(
  home: string,
  kind: K,
  name: string,
  which: Which | string | number,
): Promise<AssetOf<K>> {
  const [wanted, version] = [nameOf(name, kind), versionOf(which)];
  return withHome(home, (store) => store.assets.resolve(kind, wanted, version));
}

/** Newest first. @throws RequestError */
export async function listAssets<K extends AssetKind>(home: string, kind: K, filter: AssetFilter): Promise<readonly AssetOf<K>[]> {
  const { name, archived } = judged(filterRules, filter);
  const wanted = { ...(name !== undefined && { name }), ...(archived !== undefined && { archived }) };
  return withHome(home, (store) => store.assets.list(kind, wanted).filter((asset): asset is AssetOf<K> => asset.kind === kind));
}

/** @throws RequestError */
export async function setArchived(
  home: string,
  kind: AssetKind,
  name: string,
  which: Which | string | number,
  archived: boolean,
): Promise<void> {
  const [wanted, version] = [nameOf(name, kind), versionOf(which)];
  await withHome(home, (store) => store.assets.archive(kind, wanted, version, archived));
}
