import { cpSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { withHome } from '../../client/home.ts';

export interface UploadOptions {
  /** The folder inside the datastore. Default: its root. */
  readonly targetPath?: string | undefined;
}

/** A folder of this machine under a name. */
export class Datastore {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  constructor(name: string, path: string) {
    this.name = name;
    this.path = path;
  }

  /** @throws RequestError when there is none of this name. */
  static async get(workspace: { readonly home: string }, name: string): Promise<Datastore> {
    return withHome(workspace.home, (store) => {
      const asset = store.assets.resolve('datastore', name, { label: 'latest' });
      return new Datastore(asset.name, asset.path);
    });
  }

  /** Copies what is in a folder into the datastore. */
  upload({ srcDir, targetPath = '' }: UploadOptions & { readonly srcDir: string }): readonly [Datastore, string] {
    // A filter: without one Node copies natively, and aborts the process where the system refuses.
    cpSync(resolve(srcDir), join(this.path, targetPath), { recursive: true, filter: () => true });
    return [this, targetPath];
  }

  /** Copies files into the datastore, each under its own name. */
  uploadFiles({ files, targetPath = '' }: UploadOptions & { readonly files: readonly string[] }): readonly [Datastore, string] {
    const target = join(this.path, targetPath);
    mkdirSync(target, { recursive: true });
    for (const file of files) cpSync(resolve(file), join(target, basename(file)));
    return [this, targetPath];
  }
}
