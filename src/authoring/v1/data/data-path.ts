/** What the factories of datasets take for a path, and what stands there. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { invalid, shown } from '../invalid.ts';
import { Datastore } from './datastore.ts';
import type { TablePath } from './mltable.ts';

/** A path relative to the working directory, or a datastore and a path in it; both may be patterns (`in/**`, `*.csv`). */
export type DataPath = string | readonly [Datastore, string];

/** @throws RequestError for a path with nothing there; what a pattern matches is looked at when the data is read. */
export function tablePaths(path: DataPath | readonly DataPath[]): readonly TablePath[] {
  const paths = isOne(path) ? [path] : path;
  if (paths.length === 0) throw invalid('path', 'A dataset needs at least one path.');
  return paths.map((each) => tablePath(typeof each === 'string' ? resolve(each) : join(each[0].path, each[1])));
}

function isOne(path: DataPath | readonly DataPath[]): path is DataPath {
  return typeof path === 'string' || path[0] instanceof Datastore;
}

function tablePath(path: string): TablePath {
  if (/[*?[\]{}]/.test(path) && !existsSync(path)) return patternPath(path);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw invalid('path', `There is nothing at ${path}.`);
  return found.isDirectory() ? { folder: path } : { file: path };
}

function patternPath(path: string): TablePath {
  const segments = path.split('/');
  const fixed =
    segments
      .slice(
        0,
        segments.findIndex((segment) => /[*?[\]{}]/.test(segment)),
      )
      .join('/') || '/';
  if (!existsSync(fixed)) throw invalid('path', `There is nothing at ${fixed}, where the pattern ${shown(path)} begins.`);
  // All files at any depth are the folder itself.
  return /^\/[^*?[\]{}]*\/\*\*(\/\*)?$/.test(path)
    ? { folder: path.endsWith('/*') ? dirname(dirname(path)) : dirname(path) }
    : { pattern: path };
}
