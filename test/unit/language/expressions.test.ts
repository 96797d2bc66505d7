import fc from 'fast-check';
import { expect, test } from 'vitest';
import { literalText, parseReference, parseTemplate, renderTemplate, soleReference } from '../../../src/language/expressions.ts';

test.each([
  ['inputs.x', { scope: 'input', name: 'x' }],
  [' outputs.rows ', { scope: 'output', name: 'rows' }],
  ['parent.inputs.x', { scope: 'parent_input', name: 'x' }],
  ['parent.outputs.x', { scope: 'parent_output', name: 'x' }],
  ['parent.jobs.train.outputs.model', { scope: 'step_output', step: 'train', name: 'model' }],
  ['parent.jobs.train.inputs.rate', { scope: 'step_input', step: 'train', name: 'rate' }],
  ['inputs.x.path', { scope: 'input', name: 'x' }],
  ['name', { scope: 'macro', name: 'name' }],
  ['default_datastore', { scope: 'macro', name: 'default_datastore' }],
  ['inputs', { scope: 'unknown', text: 'inputs' }],
  ['parent.jobs.train', { scope: 'unknown', text: 'parent.jobs.train' }],
  ['search_space.x', { scope: 'unknown', text: 'search_space.x' }],
])('%s', (text, reference) => {
  expect(parseReference(text)).toEqual(reference);
});

test('an optional section goes when a reference in it has no value', () => {
  const parts = parseTemplate('run --a ${{inputs.a}} $[[--b ${{inputs.b}}]] $[[--c ${{inputs.c}}]] end');
  const values: Record<string, string> = { a: '1', c: '3' };
  expect(renderTemplate(parts, (reference) => (reference.scope === 'input' ? values[reference.name] : undefined))).toBe(
    'run --a 1  --c 3 end',
  );
});

test('a reference without a value becomes empty text outside a section', () => {
  expect(renderTemplate(parseTemplate('x=${{inputs.x}};'), () => undefined)).toBe('x=;');
});

test('only an expression that stands alone is a sole reference', () => {
  expect(soleReference(' ${{ parent.inputs.x }} ')).toEqual({ scope: 'parent_input', name: 'x' });
  expect(soleReference('${{inputs.a}}${{inputs.b}}')).toBeUndefined();
  expect(soleReference('a ${{inputs.a}}')).toBeUndefined();
});

test('parts put together again are the text', () => {
  const pieces = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('${{inputs.x}}', '$[[--a ${{inputs.x}}]]', '${{', '}}', '$[[', ']]', '${{ name }}')),
  );
  fc.assert(
    fc.property(pieces, (list) => {
      const text = list.join('');
      expect(
        parseTemplate(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

test('literals read as Python prints them', () => {
  expect([true, false, 3, 0.5, 'text'].map(literalText)).toEqual(['True', 'False', '3', '0.5', 'text']);
});
