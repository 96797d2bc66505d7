/** Program arguments as they stand in a file: `parseProgramArguments` reads the same back. */
import type { TemplatePart } from '../expressions.ts';
import type { ProgramArgument } from './types.ts';

export function programArgumentsText(given: readonly ProgramArgument[]): string {
  return given.map(argumentText).join(' ');
}

function argumentText(argument: ProgramArgument): string {
  switch (argument.kind) {
    case 'script':
      return partsText(argument.parts);
    case 'engine':
      return `${argument.name} ${partsText(argument.value)}`;
    case 'optional':
      return `$[[${programArgumentsText(argument.arguments)}]]`;
  }
}

function partsText(parts: readonly TemplatePart[]): string {
  // Without the empty quotes, sections alone would be arguments of their own.
  const start = parts.every(({ kind }) => kind === 'optional') ? "''" : '';
  return start + parts.map(partText).join('');
}

function partText(part: TemplatePart): string {
  if (part.kind === 'text') return quote(part.text);
  return part.kind === 'reference' ? part.text : `$[[${part.parts.map(partText).join('')}]]`;
}

/** One word of a shell. Expressions are seen through quotes, so what only looks like the mark of one is taken apart. */
function quote(text: string): string {
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  return text
    .split(/(?<=\$)(?=\{\{|\[\[)|(?<=\])(?=\])/)
    .map((piece) => `'${piece.replaceAll("'", `'"'"'`)}'`)
    .join('');
}
