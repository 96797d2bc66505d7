/** Which files a dataset of several paths or patterns has. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { invalid } from '../invalid.ts';
import type { FilesDescription } from './descriptions.ts';
import type { TablePath } from './mltable.ts';
import { isAddress } from './place-in.ts';

/** Absolute, each once, in byte order of the path. @throws RequestError when there is none. */
export function filesOf({ source }: FilesDescription): readonly string[] {
  if (source.kind === 'mltable') return [];
  const files = [...new Set(source.paths.flatMap(filesAt))].sort();
  if (files.length > 0) return files;
  throw invalid('path', `No file matches ${source.paths.map((path) => Object.values(path)[0]).join(', ')}.`);
}

function filesAt(path: TablePath): readonly string[] {
  const [written = ''] = Object.values(path);
  if (isAddress(written)) {
    const hint = 'Give each of them as an input of its own, or one folder.';
    throw invalid('path', `Several paths cannot be laid together where one is not on this machine: ${written}.`, hint);
  }
  if ('file' in path) return [path.file];
  if ('folder' in path) return filesBelow(path.folder);
  const base = path.pattern.slice(0, path.pattern.search(/[^/]*[*?[\]{}]/));
  const matches = picomatch(path.pattern, { dot: true });
  return filesBelow(base).filter((file) => matches(file));
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}
