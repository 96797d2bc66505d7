/** Program arguments of every shape, as the parser makes them. */
import fc from 'fast-check';
import { PREDEFINED_NAMES, type ProgramArgument, type SingleArgument } from '../../src/language/arguments/types.ts';
import { type Reference, referenceText, type TemplatePart } from '../../src/language/expressions.ts';

/** Also what looks like marks, quotes and escapes of the language itself. */
const characters = fc.constantFrom(
  'a',
  'Z',
  '9',
  ' ',
  '\n',
  '\t',
  "'",
  '"',
  '\\',
  '$',
  '{',
  '}',
  '[',
  ']',
  '-',
  '=',
  ',',
  'é',
  '$[[',
  ']]',
);
const text = fc.array(characters, { minLength: 1, maxLength: 8 }).map((all): TemplatePart => ({ kind: 'text', text: all.join('') }));

const reference = fc
  .constantFrom<Reference>({ scope: 'input', name: 'x' }, { scope: 'output', name: 'rows' }, { scope: 'parent_input', name: 'p' })
  .map((one): TemplatePart => ({ kind: 'reference', reference: one, text: referenceText(one) }));

/** Texts side by side are one. */
function merged(parts: readonly TemplatePart[]): readonly TemplatePart[] {
  return parts.filter((part, index) => part.kind !== 'text' || parts[index - 1]?.kind !== 'text');
}

const plain = fc.array(fc.oneof(text, reference), { maxLength: 4 }).map(merged);
const withReference = fc.tuple(plain, reference, plain).map(([before, one, after]) => merged([...before, one, ...after]));
const section = withReference.map(
  (parts): TemplatePart => ({ kind: 'optional', parts, text: `$[[${parts.map((part) => part.text).join('')}]]` }),
);

const script = (parts: fc.Arbitrary<readonly TemplatePart[]>): fc.Arbitrary<SingleArgument> =>
  parts.filter((all) => !isOption(all)).map((all) => ({ kind: 'script', parts: all }));
const engine = fc
  .tuple(fc.constantFrom(...PREDEFINED_NAMES), plain)
  .map(([name, value]): SingleArgument => ({ kind: 'engine', name, value }));
const single = fc.oneof(script(fc.array(fc.oneof(text, reference, section), { maxLength: 4 }).map(merged)), engine);
const group = fc
  .tuple(fc.array(fc.oneof(script(plain), engine), { maxLength: 2 }), script(withReference), fc.array(script(plain), { maxLength: 2 }))
  .map(([before, one, after]): ProgramArgument => ({ kind: 'optional', arguments: [...before, one, ...after] }));

function isOption([first]: readonly TemplatePart[]): boolean {
  return first?.kind === 'text' && PREDEFINED_NAMES.some((name) => first.text.startsWith(name));
}

export const programArguments: fc.Arbitrary<readonly ProgramArgument[]> = fc.array(fc.oneof(single, group), { maxLength: 6 });
