/** What a path in a file names: something on this machine, under a registered name, in a datastore, or elsewhere. Pure: nothing is looked up. */
import { fileURLToPath } from 'node:url';
import { tellableAddress } from './address-secrets.ts';

/** Which version: of `azureml:name:3` and `azureml:name@latest`. */
export type AssetVersion = { readonly version: string } | { readonly label: string };

/** `azureml:NAME:VERSION`, `azureml:NAME@LABEL`, or `azureml:NAME` (then `which` is not said). */
export interface AssetReference {
  readonly kind: 'asset';
  readonly name: string;
  readonly which?: AssetVersion;
}

/** `azureml://jobs/JOB/outputs/OUTPUT/paths/PATH`, `runs:/JOB/PATH` (then the output is `artifacts`). */
export interface JobOutputPath {
  readonly kind: 'job_output';
  /** The name of a job, or `JOB.STEP` for a step's own. */
  readonly job: string;
  readonly output: string;
  /** Inside the output; `''` is all of it. */
  readonly path: string;
}

export type NamedPath =
  /** As written: a relative one is relative to the file it stands in. */
  | { readonly kind: 'local'; readonly path: string }
  | AssetReference
  /** A path inside a datastore; `''` is its root. */
  | { readonly kind: 'datastore'; readonly datastore: string; readonly path: string }
  | JobOutputPath
  | { readonly kind: 'web'; readonly url: string }
  /** In a cloud: an object store, or what only a cloud has. */
  | { readonly kind: 'cloud'; readonly scheme: string; readonly url: string }
  | { readonly kind: 'invalid'; readonly code: string; readonly message: string; readonly hint?: string };

const CLOUD_SCHEMES = ['wasbs', 'wasb', 'abfss', 'abfs', 'adl', 's3', 'gs'];
const KNOWN_SCHEMES = ['azureml', 'https', 'http', ...CLOUD_SCHEMES];

/**
 * Understands `./x`, `/x`, `file:x`, `file:///x`, `azureml:./x`, `azureml:NAME…`, `azureml://datastores/X/paths/Y`,
 * `azureml://…/data/NAME/versions/V` (models, components, environments and labels too), `azureml://jobs/JOB/outputs/NAME/paths/Y`, the same
 * behind `azureml://subscriptions/…/workspaces/…/` and `azureml://registries/…/`, `runs:/JOB/Y`, and URIs.
 */
export function parsePath(text: string): NamedPath {
  if (text.includes('\0')) return { kind: 'invalid', code: 'invalid-path', message: 'A path must not hold a NUL character.' };
  if (/^azureml:\/+subscriptions\//.test(text)) return azuremlUri(text);
  if (text.startsWith('runs:/')) return climbs(text) ?? runUri(text);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'file') return fileUri(text);
  if (scheme !== undefined) return uri(scheme, text);
  if (text.startsWith('azureml:') && !/^azureml:[./]/.test(text)) return azuremlName(text);
  return { kind: 'local', path: text.replace(/^(azureml|file):/, '') };
}

/** The name of a compute, datastore or the like, which `azureml:` may stand before. */
export function bareName(text: string): string {
  return text.replace(/^azureml:/, '');
}

function uri(scheme: string, text: string): NamedPath {
  if (!KNOWN_SCHEMES.includes(scheme)) {
    return {
      kind: 'invalid',
      code: 'unknown-scheme',
      message: `Unknown kind of URI ${JSON.stringify(`${scheme}://`)}.`,
      hint: `Known: ${KNOWN_SCHEMES.map((known) => `${known}://`).join(', ')}, or a local path.`,
    };
  }
  const climbing = climbs(text);
  if (climbing !== undefined) return climbing;
  if (scheme === 'azureml') return azuremlUri(text);
  return CLOUD_SCHEMES.includes(scheme) ? { kind: 'cloud', scheme, url: text } : { kind: 'web', url: text };
}

function climbs(text: string): NamedPath | undefined {
  if (!text.split(/[/\\]/).includes('..')) return undefined;
  return {
    kind: 'invalid',
    code: 'path-climbs',
    message: `The URI ${JSON.stringify(tellableAddress(text))} climbs out of its folder with "..".`,
    hint: 'Write the path that is meant, without "..".',
  };
}

function runUri(text: string): NamedPath {
  const [, job, path = ''] = /^runs:\/+([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  if (job !== undefined) return { kind: 'job_output', job, output: 'artifacts', path };
  return { kind: 'invalid', code: 'invalid-reference', message: `Expected runs:/JOB/PATH, found ${JSON.stringify(text)}.` };
}

function azuremlUri(text: string): NamedPath {
  const [, datastore, path = ''] = /^azureml:\/+(?:.*\/)?datastores\/([^/]+)(?:\/paths(?:\/(.*))?)?$/s.exec(text) ?? [];
  if (datastore !== undefined) return { kind: 'datastore', datastore, path };
  const [, job, output, inside = ''] = /^azureml:\/+(?:.*\/)?jobs\/([^/]+)\/outputs\/([^/]+)(?:\/paths(?:\/(.*))?)?\/?$/s.exec(text) ?? [];
  if (job !== undefined && output !== undefined) return { kind: 'job_output', job, output, path: inside };
  const [, name, mark, which] =
    /^azureml:\/+(?:.*\/)?(?:data|models|components|environments)\/([^/]+)(?:\/(versions|labels)\/([^/]+))?\/?$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'cloud', scheme: 'azureml', url: text };
  if (which === undefined) return { kind: 'asset', name };
  return { kind: 'asset', name, which: mark === 'versions' ? { version: which } : { label: which } };
}

function azuremlName(text: string): NamedPath {
  const [, name, version, label] = /^azureml:([A-Za-z0-9_][A-Za-z0-9_.-]*)(?::([^:@/\s]+)|@([^:@/\s]+))?$/.exec(text) ?? [];
  if (name === undefined) {
    const message = `Expected azureml:NAME:VERSION or azureml:NAME@latest, found ${JSON.stringify(text)}.`;
    return { kind: 'invalid', code: 'invalid-reference', message };
  }
  if (version !== undefined) return { kind: 'asset', name, which: { version } };
  return { kind: 'asset', name, ...(label !== undefined && { which: { label } }) };
}

function fileUri(text: string): NamedPath {
  try {
    return { kind: 'local', path: fileURLToPath(text) };
  } catch {
    const message = `The file URI cannot be understood: ${JSON.stringify(text)}.`;
    return { kind: 'invalid', code: 'invalid-path', message, hint: 'Write file:///PATH.' };
  }
}
