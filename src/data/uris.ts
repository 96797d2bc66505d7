import { fileURLToPath } from 'node:url';

/** What a data path names. Pure: nothing is looked up. */
export type DataPath =
  /** A path on this machine, as written: relative ones are relative to the file they stand in. */
  | { readonly kind: 'local'; readonly path: string }
  /** A path inside a datastore; '' is its root. */
  | { readonly kind: 'datastore'; readonly datastore: string; readonly path: string }
  /** A registered asset. Neither version nor label: the latest. */
  | { readonly kind: 'asset'; readonly name: string; readonly version?: string; readonly label?: string }
  | { readonly kind: 'invalid'; readonly message: string; readonly hint: string };

const localOnly = 'Only local paths and datastores that are folders of this machine can be read; download the data first.';

/**
 * Understands `./x`, `/x`, `file:///x`, `azureml:./x`, `azureml:NAME`, `azureml:NAME:VERSION`, `azureml:NAME@LABEL`,
 * `azureml://datastores/X/paths/Y`, and the same behind `azureml://subscriptions/…/workspaces/…/`.
 */
export function parseDataPath(text: string): DataPath {
  if (text.startsWith('azureml://')) return azuremlUri(text);
  if (text.startsWith('azureml:')) return azuremlName(text, text.slice('azureml:'.length));
  if (text.startsWith('file:')) return fileUri(text);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'local', path: text };
  const isKnown = ['http', 'https', 'abfss', 'abfs', 'wasbs', 'wasb', 'adl', 's3'].includes(scheme);
  return invalid(
    `${isKnown ? `Data behind ${scheme}://` : `The scheme ${scheme}://`} cannot be read: ${JSON.stringify(withoutQuery(text))}.`,
    localOnly,
  );
}

function azuremlUri(text: string): DataPath {
  const rest = text
    .slice('azureml://'.length)
    .replace(/^subscriptions\/[^/]+\/resource[gG]roups\/[^/]+\/(?:providers\/[^/]+\/)?workspaces\/[^/]+\//, '');
  const [, datastore, path = ''] = /^datastores\/([^/]+)(?:\/paths(?:\/(.*))?)?\/?$/s.exec(rest) ?? [];
  if (datastore !== undefined) {
    const climbs = path.split('/').includes('..');
    return climbs
      ? invalid(`The path climbs out of its datastore: ${JSON.stringify(text)}.`, 'Write it without `..`.')
      : { kind: 'datastore', datastore, path };
  }
  const [, name, version, label] = /^data\/([^/]+)\/(?:versions\/([^/]+)|labels\/([^/]+))\/?$/.exec(rest) ?? [];
  if (name !== undefined) return asset(name, version, label);
  return invalid(`The URI cannot be understood: ${JSON.stringify(text)}.`, 'Write azureml://datastores/NAME/paths/PATH.');
}

function azuremlName(text: string, name: string): DataPath {
  if (name.startsWith('.') || name.startsWith('/') || name.startsWith('~')) return { kind: 'local', path: name };
  const [, found, version, label] = /^([^:@/]+)(?::([^:@/]+)|@([^:@/]+))?$/.exec(name) ?? [];
  if (found !== undefined) return asset(found, version, label);
  return invalid(
    `The name cannot be understood: ${JSON.stringify(text)}.`,
    'Write azureml:NAME:VERSION, azureml:NAME@LABEL or azureml:./PATH.',
  );
}

function asset(name: string, version: string | undefined, label: string | undefined): DataPath {
  return { kind: 'asset', name, ...(version === undefined ? {} : { version }), ...(label === undefined ? {} : { label }) };
}

function fileUri(text: string): DataPath {
  try {
    return { kind: 'local', path: fileURLToPath(text) };
  } catch {
    return invalid(`The file URI cannot be understood: ${JSON.stringify(text)}.`, 'Write file:///PATH.');
  }
}

/** A query may carry a signature that is a secret. */
function withoutQuery(text: string): string {
  return text.replace(/\?.*$/s, '?…').replace(/\/\/[^/@]*@/, '//…@');
}

function invalid(message: string, hint: string): DataPath {
  return { kind: 'invalid', message, hint };
}
