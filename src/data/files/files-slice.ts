import type { Listed } from '../stores/store.ts';
import type { Slice } from '../types.ts';

export function filesSlice(files: readonly Listed[]): Extract<Slice, { kind: 'files' }> {
  const paths = files.map(({ path }) => path);
  const versions = files.flatMap(({ version }) => version ?? []);
  return versions.length === files.length && files.length > 0 ? { kind: 'files', paths, versions } : { kind: 'files', paths };
}
