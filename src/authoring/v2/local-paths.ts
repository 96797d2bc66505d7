/** Finds the paths in a document that was read from a file, so that it can be written to another folder. */
import { type Document, LocalPath, localPath, mapValues } from './document.ts';

/** The document with every local path bound to the folder of its file. */
export function bindPaths(document: Document, directory: string): Document {
  const bound = (value: unknown): unknown => (typeof value === 'string' ? localPath(value, directory) : value);
  const at = (holder: Document, keys: readonly string[]): Document =>
    mapValues(holder, (value, key) => (keys.includes(key) ? bound(value) : value));
  const each = (value: unknown, change: (item: Document) => Document): unknown =>
    isMapping(value) ? mapValues(value, (item) => (isMapping(item) ? change(item) : item)) : value;
  const environment = (value: unknown): unknown =>
    isMapping(value)
      ? mapValues(at(value, ['conda_file']), (item, key) => (key === 'build' && isMapping(item) ? at(item, ['path']) : item))
      : value;
  const work = (holder: Document): Document =>
    mapValues(at(holder, ['code']), (value, key) => {
      if (key === 'inputs' || key === 'outputs') return each(value, (item) => at(item, ['path']));
      if (key === 'environment') return environment(value);
      if (key === 'task' && isMapping(value))
        return mapValues(at(value, ['code', 'model']), (item, name) => (name === 'environment' ? environment(item) : item));
      if (key === 'component') return isMapping(value) ? work(value) : bound(value);
      if (key === 'jobs') return each(value, work);
      if (key === 'additional_includes' && Array.isArray(value)) return value.map(bound);
      return value;
    });
  return work(document);
}

function isMapping(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LocalPath);
}
