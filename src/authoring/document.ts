/**
 * What an object of this SDK says, in the words of YAML. Jobs are judged as such documents, so that TypeScript and YAML have
 * one judge and give the same messages.
 */
import { resolve } from 'node:path';

/** Plain data, or what has a `toJSON`. */
export type Document = Readonly<Record<string, unknown>>;

/** A path on this machine, bound to the working directory when it was given: changing directory later changes nothing. */
export class LocalPath {
  readonly absolute: string;
  constructor(path: string) {
    this.absolute = resolve(path);
  }
  toJSON(): string {
    return this.absolute;
  }
}

/** Names and URIs (`azureml:…`, `https://…`) and expressions are no paths of this machine; `azureml:./x` and `file:…` are written by other tools for one that is. */
export function localPath(text: string): string | LocalPath {
  const local = /^(?:azureml|file):(\.{0,2}\/(?!\/).*)$/.exec(text)?.[1] ?? text;
  return /^[a-z][a-z0-9+.-]+:/i.test(local) || local.includes('${{') ? text : new LocalPath(local);
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
