import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './own-files.ts';

/** Of this package. */
export function ownVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { readonly version: string }).version;
}
