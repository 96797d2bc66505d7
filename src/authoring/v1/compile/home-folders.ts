/** Folders of the home that datasets become; they are written when the job is submitted. */
import { join } from 'node:path';
import type { FilesDescription } from '../data/descriptions.ts';
import { fileTable } from '../data/file-source.ts';
import { type MLTable, tableFolder } from '../data/mltable.ts';

export class HomeFolders {
  readonly #home: string;
  readonly #tables = new Map<string, MLTable>();
  readonly #links = new Map<string, FilesDescription>();

  constructor(home: string) {
    this.#home = home;
  }

  /** Where the MLTable of a dataset will stand. */
  table(table: MLTable | string): string {
    if (typeof table === 'string') return table;
    const folder = tableFolder(this.#home, table);
    this.#tables.set(folder, table);
    return folder;
  }

  /** Where the files of a dataset will be laid together. */
  linked(files: FilesDescription): string {
    const table = fileTable(files);
    if (typeof table === 'string') return table;
    const folder = join(tableFolder(this.#home, table), 'files');
    this.#links.set(folder, files);
    return folder;
  }

  get tables(): readonly MLTable[] {
    return [...this.#tables.values()];
  }

  get links(): readonly { readonly folder: string; readonly dataset: FilesDescription }[] {
    return [...this.#links].map(([folder, dataset]) => ({ folder, dataset }));
  }

  /** Those that are not there yet. */
  get promised(): ReadonlySet<string> {
    return new Set([...this.#tables.keys(), ...this.#links.keys()]);
  }
}
