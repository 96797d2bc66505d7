/**
 * `${{ … }}` expressions and `$[[ … ]]` optional sections: text becomes typed parts, parts become text again.
 * Pure; the loader checks references with it and the pipeline binds with it.
 */
/** What an expression names. */
export type Reference =
  /** `${{inputs.x}}`: an input of the step that holds the text. */
  | { readonly scope: 'input'; readonly name: string }
  /** `${{outputs.x}}` */
  | { readonly scope: 'output'; readonly name: string }
  /** `${{parent.inputs.x}}`: an input of the pipeline that holds the step. */
  | { readonly scope: 'parent_input'; readonly name: string }
  /** `${{parent.outputs.x}}` */
  | { readonly scope: 'parent_output'; readonly name: string }
  /** `${{parent.jobs.a.outputs.y}}` */
  | { readonly scope: 'step_output'; readonly step: string; readonly name: string }
  /** `${{parent.jobs.a.inputs.y}}`: what another step was given. */
  | { readonly scope: 'step_input'; readonly step: string; readonly name: string }
  /** `${{name}}`, `${{default_datastore}}`, `${{output_name}}` … */
  | { readonly scope: 'macro'; readonly name: string }
  /** No expression that is known: what stands between the braces. */
  | { readonly scope: 'unknown'; readonly text: string };

/** A part of a text. */
export type TemplatePart =
  /** Text as it is. */
  | { readonly kind: 'text'; readonly text: string }
  /** `text` is the expression as written, braces included. */
  | { readonly kind: 'reference'; readonly reference: Reference; readonly text: string }
  /** Left out when a reference inside has no value. */
  | { readonly kind: 'optional'; readonly parts: readonly TemplatePart[]; readonly text: string };

const EXPRESSION = /\$\{\{([^{}]*)\}\}/g;
const OPTIONAL = /\$\[\[((?:(?!\]\]).)*)\]\]/gs;

/** The names that path templates may hold. */
export const MACROS: readonly string[] = ['name', 'default_datastore', 'output_name', 'experiment_name', 'step_name'];

export function parseTemplate(text: string): readonly TemplatePart[] {
  return cut(text, OPTIONAL, (whole, inner) => ({ kind: 'optional', parts: parseExpressions(inner), text: whole }), parseExpressions);
}

function parseExpressions(text: string): readonly TemplatePart[] {
  return cut(
    text,
    EXPRESSION,
    (whole, inner) => ({ kind: 'reference', reference: parseReference(inner), text: whole }),
    (plain) => [{ kind: 'text', text: plain }],
  );
}

function cut(
  text: string,
  pattern: RegExp,
  found: (whole: string, inner: string) => TemplatePart,
  between: (plain: string) => readonly TemplatePart[],
): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) parts.push(...between(text.slice(end, match.index)));
    parts.push(found(match[0], match[1] ?? ''));
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(...between(text.slice(end)));
  return parts;
}

/** What stands between `${{` and `}}`. A trailing `.path` of an own input or output says the same as without it. */
export function parseReference(inner: string): Reference {
  const text = inner.trim();
  const words = text.split('.').map((word) => word.trim());
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = words;
  const own = (name: string): boolean => name !== '' && (words.length === 2 || (words.length === 3 && third === 'path'));
  if (first === 'inputs' && own(second)) return { scope: 'input', name: second };
  if (first === 'outputs' && own(second)) return { scope: 'output', name: second };
  if (first === 'parent' && words.length === 3 && third !== '') {
    if (second === 'inputs') return { scope: 'parent_input', name: third };
    if (second === 'outputs') return { scope: 'parent_output', name: third };
  }
  if (first === 'parent' && second === 'jobs' && words.length === 5 && third !== '' && fifth !== '') {
    if (fourth === 'outputs') return { scope: 'step_output', step: third, name: fifth };
    if (fourth === 'inputs') return { scope: 'step_input', step: third, name: fifth };
  }
  if (words.length === 1 && MACROS.includes(first)) return { scope: 'macro', name: first };
  return { scope: 'unknown', text };
}

/** A reference as it is written, one way for all that say the same. */
export function referenceText(reference: Reference): string {
  switch (reference.scope) {
    case 'input':
      return `\${{inputs.${reference.name}}}`;
    case 'output':
      return `\${{outputs.${reference.name}}}`;
    case 'parent_input':
      return `\${{parent.inputs.${reference.name}}}`;
    case 'parent_output':
      return `\${{parent.outputs.${reference.name}}}`;
    case 'step_output':
      return `\${{parent.jobs.${reference.step}.outputs.${reference.name}}}`;
    case 'step_input':
      return `\${{parent.jobs.${reference.step}.inputs.${reference.name}}}`;
    case 'macro':
      return `\${{${reference.name}}}`;
    case 'unknown':
      return `\${{${reference.text}}}`;
  }
}

/** Whether the text holds at least one `${{ … }}`. */
export function hasExpression(text: string): boolean {
  return text.search(EXPRESSION) >= 0;
}

/** The reference, when the text is one expression and nothing else. */
export function soleReference(text: string): Reference | undefined {
  const parts = parseTemplate(text.trim());
  const [only] = parts;
  return parts.length === 1 && only?.kind === 'reference' ? only.reference : undefined;
}

/** Every reference in the text, with whether it stands in an optional section. */
export function references(
  parts: readonly TemplatePart[],
  optional = false,
): readonly { readonly reference: Reference; readonly text: string; readonly optional: boolean }[] {
  return parts.flatMap((part) => {
    if (part.kind === 'text') return [];
    if (part.kind === 'optional') return references(part.parts, true);
    return [{ reference: part.reference, text: part.text, optional }];
  });
}

/**
 * Puts values in. `resolve` gives a reference's text, or undefined when it has no value: an optional section with such a
 * reference is left out, elsewhere the reference becomes empty text.
 */
export function renderTemplate(parts: readonly TemplatePart[], resolve: (reference: Reference) => string | undefined): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'reference') return resolve(part.reference) ?? '';
      const missing = references(part.parts).some(({ reference }) => resolve(reference) === undefined);
      return missing ? '' : renderTemplate(part.parts, resolve);
    })
    .join('');
}

/** A literal as it stands in a command line or an argument: booleans as `True` and `False`, which is what scripts written for Azure compare with. */
export function literalText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
