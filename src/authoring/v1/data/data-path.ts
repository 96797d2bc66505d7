/** What the factories of datasets take for a path, and what stands there. */
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { partedAddress, tellableAddress } from '../../../language/address-secrets.ts';
import { invalid, shown } from '../invalid.ts';
import { DataReference } from './data-reference.ts';
import { Datastore } from './datastore.ts';
import type { TablePath } from './mltable.ts';
import { fileOrFolder, isAddress, placeIn } from './place-in.ts';

/** A path relative to the working directory, a datastore and a path in it, or a data reference; the first two may be patterns (`in/**`, `*.csv`). */
export type DataPath = string | readonly [Datastore, string] | DataReference;

/** One path, or several. */
export type DataPaths = DataPath | readonly DataPath[];

/** How paths are looked at. */
export interface PathOptions {
  /** False: a path with nothing there is taken too. Default: true. */
  readonly validate?: boolean | undefined;
}

export function isDataPaths(value: unknown): value is DataPaths {
  return isOne(value) || (Array.isArray(value) && value.length > 0 && value.every(isOne));
}

/** @throws RequestError for a path with nothing there; what a pattern matches is looked at when the data is read. */
export function tablePaths(path: DataPaths, { validate = true }: PathOptions = {}): readonly TablePath[] {
  const paths = isOne(path) ? [path] : path;
  return paths.map((each) => tablePath(absolute(each), validate));
}

/** Absolute, or an address. @throws RequestError for an address with a secret in it */
export function absolute(path: DataPath): string {
  if (typeof path !== 'string') {
    return path instanceof DataReference ? placeIn(path.datastore.path, path.pathOnDatastore) : placeIn(path[0].path, path[1]);
  }
  if (!isAddress(path)) return resolve(path);
  if (partedAddress(path) === undefined) return path;
  const hint = 'Register a datastore with the signature as its credentials, and give [datastore, path].';
  throw invalid('path', `The address ${tellableAddress(path)} holds what gives access, and would be written down.`, hint);
}

function isOne(path: unknown): path is DataPath {
  if (typeof path === 'string') return path !== '';
  if (path instanceof DataReference) return true;
  return Array.isArray(path) && path.length === 2 && path[0] instanceof Datastore && typeof path[1] === 'string';
}

function tablePath(path: string, validate: boolean): TablePath {
  if (isAddress(path)) return isPattern(path) ? farPattern(path) : fileOrFolder(path);
  if (isPattern(path) && !existsSync(path)) return patternPath(path, validate);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined && validate) throw invalid('path', `There is nothing at ${path}.`, 'Check the path, or give validate: false.');
  return found?.isFile() === true ? { file: path } : { folder: path };
}

function isPattern(path: string): boolean {
  return /[*?[\]{}]/.test(path);
}

/** All files at any depth are the folder itself, whose files are fetched as they are needed. */
function farPattern(path: string): TablePath {
  const folder = path.replace(/\/\*\*(?:\/\*)?$/, '');
  return folder !== path && !isPattern(folder) ? { folder } : { pattern: path };
}

function patternPath(path: string, validate: boolean): TablePath {
  const segments = path.split('/');
  const fixed =
    segments
      .slice(
        0,
        segments.findIndex((segment) => /[*?[\]{}]/.test(segment)),
      )
      .join('/') || '/';
  if (validate && !existsSync(fixed)) throw invalid('path', `There is nothing at ${fixed}, where the pattern ${shown(path)} begins.`);
  // All files at any depth are the folder itself.
  return /^\/[^*?[\]{}]*\/\*\*(\/\*)?$/.test(path)
    ? { folder: path.endsWith('/*') ? dirname(dirname(path)) : dirname(path) }
    : { pattern: path };
}
