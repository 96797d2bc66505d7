/** Program arguments: one line of text becomes an argument array, without a shell. */
import { referenceText, type TemplatePart } from '../expressions.ts';
import { nearest } from '../near.ts';
import { scan, type Token } from './scan.ts';
import { PREDEFINED_NAMES, type PredefinedName, type ProgramArgument, type SingleArgument } from './types.ts';

/** What is to be told of a text, without its place. */
export interface Remark {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface ParsedArguments {
  readonly arguments: readonly ProgramArgument[];
  readonly mistakes: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/** Never throws: with mistakes, the arguments are those that could be read. */
export function parseProgramArguments(text: string): ParsedArguments {
  const scanned = scan(text);
  if (scanned.kind === 'unclosed') {
    const hint = scanned.inSection ? { hint: 'A quote must end in the section $[[ … ]] in which it begins.' } : {};
    const message = `program_arguments has a ${scanned.quote} that is not closed: ${text}`;
    return { arguments: [], mistakes: [{ code: 'unclosed-quote', message, ...hint }], warnings: [] };
  }
  const remarks: Remarks = { mistakes: [], warnings: [] };
  const runs = runsOf(apart(scanned.tokens.flatMap(always), remarks), remarks);
  return { arguments: sorted(runs, remarks), ...remarks };
}

/** Words as they are: nothing in them is a quote or an expression. */
export function argumentsOf(words: readonly string[]): ParsedArguments {
  const remarks: Remarks = { mistakes: [], warnings: [] };
  return {
    arguments: sorted(
      words.map((word) => textParts(word)),
      remarks,
    ),
    ...remarks,
  };
}

interface Remarks {
  readonly mistakes: Remark[];
  readonly warnings: Remark[];
}

/** The parts of one argument. */
type Parts = readonly TemplatePart[];
/** What stands between two gaps at the top: an argument, or a section of several. */
type Run = Parts | { readonly section: readonly Parts[] };

/** A section without a reference is never left out. */
function always(token: Token): readonly Token[] {
  if (token.kind !== 'section') return [token];
  return token.tokens.some(({ kind }) => kind === 'reference') ? [token] : token.tokens;
}

/** Sections that hold whole arguments stand by themselves, also where the space is written inside of them. */
function apart(tokens: readonly Token[], { mistakes }: Remarks): readonly Token[] {
  return tokens.flatMap((token, index): readonly Token[] => {
    if (token.kind !== 'section') return [token];
    const [before, after] = [isFree(tokens, index, -1), isFree(tokens, index, 1)];
    const [opens, closes] = [isGap(token.tokens.at(0)), isGap(token.tokens.at(-1))];
    // Left out, it must not leave its neighbours in one piece that were two, or in two that were one.
    if ((before || opens) && (after || closes) && (before || after)) return [{ kind: 'gap' }, token, { kind: 'gap' }];
    if (token.tokens.some(isGap)) mistakes.push(glued);
    return [token];
  });
}

/** Whether nothing touches the token on that side, whatever is left out. */
function isFree(tokens: readonly Token[], index: number, side: -1 | 1): boolean {
  const other = tokens[index + side];
  if (other === undefined || isGap(other)) return true;
  return other.kind === 'section' && isGap(other.tokens.at(side === 1 ? 0 : -1)) && isFree(tokens, index + side, side);
}

function isGap(token: Token | undefined): boolean {
  return token?.kind === 'gap';
}

const glued: Remark = {
  code: 'section-not-apart',
  message: 'A section $[[ … ]] of program_arguments that holds several arguments touches the text beside it.',
  hint: 'Put a space before and after it, or write it around a part of one argument only.',
};

function runsOf(tokens: readonly Token[], { mistakes }: Remarks): readonly Run[] {
  return split(tokens).map((run): Run => {
    const [first, ...others] = run;
    if (first?.kind === 'section' && others.length === 0) return { section: split(first.tokens).map(partsOf) };
    // Alone and all left out, they would leave an empty argument or none: nobody can tell which is meant.
    if (run.every(({ kind }) => kind === 'section')) mistakes.push(glued);
    return partsOf(run);
  });
}

function split(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const runs: Token[][] = [];
  let run: Token[] | undefined;
  for (const token of tokens) {
    if (token.kind === 'gap') run = undefined;
    else if (run === undefined) {
      run = [token];
      runs.push(run);
    } else run.push(token);
  }
  return runs;
}

function partsOf(tokens: readonly Token[]): Parts {
  return tokens.reduce<Parts>((parts, token) => [...parts.slice(0, -1), ...joined(parts.at(-1), partOf(token))], []);
}

/** Undefined: nothing stands there. */
function partOf(token: Token): TemplatePart | undefined {
  switch (token.kind) {
    case 'gap':
      return undefined;
    case 'text':
      return textParts(token.text)[0];
    case 'reference':
      return { ...token, text: referenceText(token.reference) };
    case 'section': {
      const parts = partsOf(token.tokens);
      return { kind: 'optional', parts, text: `$[[${parts.map(({ text }) => text).join('')}]]` };
    }
  }
}

/** A part behind another: one where both are text. */
function joined(last: TemplatePart | undefined, next: TemplatePart | undefined): Parts {
  if (last?.kind === 'text' && next?.kind === 'text') return [{ kind: 'text', text: last.text + next.text }];
  return [last, next].filter((part) => part !== undefined);
}

function textParts(text: string): Parts {
  return text === '' ? [] : [{ kind: 'text', text }];
}

/** Tells the arguments of the script and those of the engine apart. */
function sorted(runs: readonly Run[], remarks: Remarks): readonly ProgramArgument[] {
  const found: ProgramArgument[] = [];
  for (let index = 0; index < runs.length; index += 1) {
    const run = runs[index] ?? [];
    if ('section' in run) {
      found.push({ kind: 'optional', arguments: sorted(run.section, remarks).filter(isSingle) });
      continue;
    }
    const option = optionOf(run, remarks);
    if (option === undefined) {
      found.push({ kind: 'script', parts: run });
      continue;
    }
    const following = runs[index + 1];
    if (option.value === undefined) index += 1;
    const value = option.value ?? (following === undefined || 'section' in following ? undefined : following);
    if (value !== undefined) found.push({ kind: 'engine', name: option.name, value });
    else remarks.mistakes.push({ code: 'invalid-argument', message: `${option.name} must have a value behind it, found nothing.` });
  }
  return found;
}

function isSingle(argument: ProgramArgument): argument is SingleArgument {
  return argument.kind !== 'optional';
}

interface Option {
  readonly name: PredefinedName;
  /** Behind `=`. */
  readonly value?: Parts;
}

/** The predefined argument that the parts begin. */
function optionOf([first, ...rest]: Parts, { warnings }: Remarks): Option | undefined {
  if (first?.kind !== 'text' || !first.text.startsWith('--')) return undefined;
  const equals = first.text.indexOf('=');
  if (equals < 0 && rest.length > 0) return undefined;
  const written = equals < 0 ? first.text : first.text.slice(0, equals);
  const name = PREDEFINED_NAMES.find((each) => each === written);
  if (name !== undefined) return equals < 0 ? { name } : { name, value: [...textParts(first.text.slice(equals + 1)), ...rest] };
  const bare = (name: string): string => name.slice('--'.length);
  const near = written.length > 6 ? nearest(bare(written), PREDEFINED_NAMES.map(bare)) : undefined;
  if (near !== undefined) {
    const message = `${written} is no predefined argument and is passed on to the script. Did you mean "--${near}"?`;
    warnings.push({ code: 'unknown-argument', message });
  }
  return undefined;
}
