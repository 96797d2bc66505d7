/**
 * What an object of this SDK says, in the words of YAML. A job is judged, stored and dumped as such a document, so that
 * TypeScript and YAML have one judge and give the same messages.
 */
import { relative, resolve, sep } from 'node:path';
import { stringify } from 'yaml';
import type { ComponentSpec } from '../../spec/types.ts';

/** Plain data, except for `LocalPath`. */
export type Document = Readonly<Record<string, unknown>>;

/** A path on this machine: absolute for the judge, relative to the file in a dump. */
export class LocalPath {
  readonly absolute: string;
  constructor(path: string, directory = process.cwd()) {
    this.absolute = resolve(directory, path);
  }
}

/** Names and URIs (`azureml:…`, `https://…`) and expressions are no paths of this machine; `azureml:./x` and `file:…` are written by other tools for one that is. */
export function localPath(text: string, directory?: string): string | LocalPath {
  const local = /^(?:azureml|file):(\.{0,2}\/(?!\/).*)$/.exec(text)?.[1] ?? text;
  return /^[a-z][a-z0-9+.-]+:/i.test(local) || local.includes('${{') ? text : new LocalPath(local, directory);
}

/** `miniBatchSize` → `mini_batch_size`, for every key that has a value. */
export function yamlKeys(options: object): Record<string, unknown> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]));
}

/** The entries that have a value. */
export function defined(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

export function mapValues<V, W>(record: Readonly<Record<string, V>>, change: (value: V, name: string) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

/** A component that is defined elsewhere: its spec for the judge, its file or registered name in a dump. */
export class ComponentReference {
  readonly where: LocalPath | string;
  readonly spec: ComponentSpec;
  constructor(where: LocalPath | string, spec: ComponentSpec) {
    this.where = where;
    this.spec = spec;
  }
}

/** The document as the judge takes it. */
export function plain(document: unknown): unknown {
  return render(
    document,
    (path) => path.absolute,
    ({ spec }) => spec,
  );
}

/** The document as a YAML file in `directory`. */
export function yamlText(document: Document, directory: string): string {
  const path = ({ absolute }: LocalPath): string => relativePath(directory, absolute);
  const written = render(document, path, ({ where }) => (where instanceof LocalPath ? path(where) : where));
  return stringify(written, { lineWidth: 120, aliasDuplicateObjects: false });
}

function render(value: unknown, path: (path: LocalPath) => string, component: (reference: ComponentReference) => unknown): unknown {
  if (value instanceof LocalPath) return path(value);
  if (value instanceof ComponentReference) return component(value);
  if (Array.isArray(value)) return value.map((item) => render(item, path, component));
  if (typeof value === 'object' && value !== null) return mapValues({ ...value }, (item) => render(item, path, component));
  return value;
}

function relativePath(directory: string, absolute: string): string {
  const path = relative(directory, absolute).split(sep).join('/');
  return path === '' ? '.' : path.startsWith('..') ? path : `./${path}`;
}
