/** A small step that writes an MLTable over what another step wrote, so that a third can read it as rows. */
import { stringify } from 'yaml';
import type { CommandStep } from '../../../language/types.ts';
import type { TableView } from '../output-dataset.ts';
import { word } from './words.ts';

/** `source`: the expression of the output that is read. */
export function tableStep(source: string, { transformations, pattern }: TableView): CommandStep {
  const steps = stringify({ transformations }, { lineWidth: 0 });
  return {
    type: 'command',
    displayName: 'MLTable',
    tags: {},
    properties: {},
    component: { isDeterministic: true },
    inputPorts: { files: { type: 'uri_folder', optional: false } },
    inputs: { files: { kind: 'expression', text: source } },
    outputPorts: { table: { type: 'mltable' } },
    outputs: { table: {} },
    // `sed` escapes what would end the double-quoted scalar that the path stands in.
    command: `files=$(realpath \${{inputs.files}}) && pattern=${word(pattern)} && { printf 'paths:\\n  - pattern: "%s"\\n' "$(printf '%s' "$files/$pattern" | sed 's/[\\\\"]/\\\\&/g')"; printf '%s' ${word(steps)}; } > \${{outputs.table}}/MLTable`,
    environmentVariables: {},
    resources: { instanceCount: 1 },
    cloudOnly: {},
  };
}
