/** Outputs that are copied from what a command writes elsewhere, when it has ended well. */

import type { OutputDescription } from '../data/descriptions.ts';
import { asOutput } from '../data/inputs.ts';
import type { StepDescription } from '../graph/step-description.ts';
import { word } from './words.ts';

/** Where the command writes it, relative to where it runs. */
export function outputSource({ name, source }: OutputDescription): string {
  return source?.path ?? `.outputs/${name}`;
}

/** The command, with the copying of such outputs around it. */
export function withSources(command: string, step: StepDescription): string {
  const outputs = step.outputs.map(asOutput).filter(({ source }) => source !== undefined);
  if (outputs.length === 0) return command;
  const folders = outputs.filter(({ source }) => source?.path === undefined).map((output) => `mkdir -p ${word(outputSource(output))} && `);
  // The command may be several, and may end the shell.
  return [`${folders.join('')}(\n${command}\n)`, ...outputs.map(copying)].join(' && ');
}

function copying(output: OutputDescription): string {
  const source = word(outputSource(output));
  const target = `\${{outputs.${output.name}}}`;
  const { globs } = output.source ?? {};
  if (globs === undefined) return `if [ -d ${source} ]; then cp -R ${source}/. ${target}; else cp ${source} ${target}; fi`;
  const patterns = globs.map((glob) => word(glob)).join(' ');
  const copyOne = `mkdir -p ${target}/"$(dirname "$file")" && cp ${source}/"$file" ${target}/"$file"`;
  // A pattern is spelled out by bash only where it stands bare: there are no words to split in it then.
  return `(shopt -s globstar nullglob dotglob; IFS=; for glob in ${patterns}; do (cd ${source} && for file in $glob; do [ -f "$file" ] && printf '%s\\0' "$file"; done; true) | while read -r -d '' file; do ${copyOne} || exit 1; done || exit 1; done)`;
}
