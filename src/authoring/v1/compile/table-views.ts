/** Small steps that write an MLTable over what another step wrote, so that a third can read it as rows. */
import { stringify } from 'yaml';
import type { Document } from '../../document.ts';
import type { TableView } from '../data/descriptions.ts';
import { freeName } from '../names.ts';
import { word } from './words.ts';

interface ViewStep {
  readonly name: string;
  readonly document: Document;
}

export class TableViews {
  readonly #nodeIds: readonly string[];
  /** By what is read and how: two that read the same share a step. */
  readonly #views = new Map<string, ViewStep>();

  /** `nodeIds`: names that the pipeline's own steps have. */
  constructor(nodeIds: readonly string[]) {
    this.#nodeIds = nodeIds;
  }

  /** The MLTable over an output, as an expression. `source`: the output, as one. */
  over(source: string, output: string, table: TableView): string {
    const key = JSON.stringify([source, table]);
    const view = this.#views.get(key) ?? { name: this.#freeName(`${output}_table`), document: viewDocument(source, table) };
    this.#views.set(key, view);
    return `\${{parent.jobs.${view.name}.outputs.table}}`;
  }

  get steps(): readonly (readonly [name: string, document: Document])[] {
    return [...this.#views.values()].map(({ name, document }) => [name, document]);
  }

  #freeName(wanted: string): string {
    const taken = new Set([...this.#nodeIds, ...[...this.#views.values()].map(({ name }) => name)]);
    return freeName(wanted, (name) => taken.has(name));
  }
}

function viewDocument(source: string, { transformations, pattern }: TableView): Document {
  const steps = stringify({ transformations }, { lineWidth: 0 });
  return {
    type: 'command',
    display_name: 'MLTable',
    inputs: { files: source },
    outputs: { table: { type: 'mltable' } },
    // `sed` escapes what would end the double-quoted scalar that the path stands in.
    command: `files=$(realpath \${{inputs.files}}) && pattern=${word(pattern)} && { printf 'paths:\\n  - pattern: "%s"\\n' "$(printf '%s' "$files/$pattern" | sed 's/[\\\\"]/\\\\&/g')"; printf '%s' ${word(steps)}; } > \${{outputs.table}}/MLTable`,
  };
}
