/** Paths below a folder of this machine, or below an address. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TablePath } from './mltable.ts';

/** `azureml://…`, `s3://…`: it is not on this machine. */
export function isAddress(path: string): boolean {
  return /^[a-z]\w+:\/\//i.test(path);
}

/** @param root absolute, or an address */
export function placeIn(root: string, path: string | undefined): string {
  if (!isAddress(root)) return join(root, path ?? '');
  const inside = (path ?? '').replace(/^(?:\.?\/)+|\/+$/g, '');
  return inside === '' || inside === '.' ? root : `${root}/${inside}`;
}

/** What stands there; at an address, where nobody looks yet, a name with an ending is a file. */
export function fileOrFolder(path: string): TablePath {
  const isFile = isAddress(path) ? /\.\w+$/.test(path) : existsSync(path) && statSync(path).isFile();
  return isFile ? { file: path } : { folder: path };
}
