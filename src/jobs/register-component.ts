/** Registers a component together with its code: what a name and version run never changes, whatever becomes of the sources. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moveCode } from '../language/move-code.ts';
import type { CodeSpec } from '../language/types.ts';
import { takeSnapshot } from '../pipeline/code/snapshot.ts';
import type { Asset, NewAsset } from '../store/assets.ts';
import { componentCode } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';

type NewComponent = Extract<NewAsset, { readonly kind: 'component' }>;

/**
 * Registers it with a copy of the code of all its steps, kept in the home. The copy's place follows from its content, so the
 * same component can be registered again, and one whose code has changed needs another version.
 * @throws RequestError (`asset-exists`) for a version that is there with another content; no copy stays then.
 * @throws RequestError when code can not be read.
 */
export function registerComponent(store: RunStore, given: NewComponent): Asset {
  const staging = join(store.home, 'components', `.${randomUUID()}`);
  const staged = new Map<string, string>();
  const places = new Map<string, string>();
  const move = (code: CodeSpec): string => {
    const key = JSON.stringify(code);
    const known = places.get(key);
    if (known !== undefined) return known;
    const copy = join(staging, String(places.size));
    const place = componentCode(store.home, given.name, copyCode(code, copy, store.home));
    staged.set(place, copy);
    places.set(key, place);
    return place;
  };
  try {
    const component = moveCode(given.component, move);
    return store.assets.register({ ...given, component }, () => {
      for (const [place, copy] of staged) keep(copy, place);
    });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** @returns a hash of all that was copied. */
function copyCode(code: CodeSpec, copy: string, home: string): string {
  const snapshot = takeSnapshot(code, { code: copy, snapshot: `${copy}.json` }, [home]);
  // What is in the copy is meant: a rule that left out a file of the code must not leave out an include of that name later.
  if (['.amlignore', '.gitignore'].some((name) => existsSync(join(copy, name)))) {
    // The copy of a file that may not be written may not be written either.
    rmSync(join(copy, '.amlignore'), { force: true });
    writeFileSync(join(copy, '.amlignore'), '');
  }
  const packages = join(copy, 'node_modules');
  const linked = existsSync(packages) ? realpathSync(packages) : '';
  const files = Object.entries(snapshot).filter(([path]) => path !== '.amlignore');
  return createHash('sha256')
    .update(JSON.stringify([files.sort(byPath), linked]))
    .digest('hex');
}

function keep(copy: string, place: string): void {
  if (existsSync(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  renameSync(copy, place);
}

function byPath([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
