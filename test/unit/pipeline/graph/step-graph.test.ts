import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PipelineStep, Step } from '../../../../src/language/types.ts';
import { inputSource } from '../../../../src/pipeline/graph/scope.ts';
import { buildGraph } from '../../../../src/pipeline/graph/step-graph.ts';
import { commandStep, jobOf } from '../../../support/specs.ts';

const reads = (...texts: string[]) => ({
  inputs: Object.fromEntries(texts.map((text, index) => [`in${index}`, { kind: 'expression' as const, text }])),
});

function nested(steps: Readonly<Record<string, Step>>, step: Partial<PipelineStep> = {}): PipelineStep {
  const { command: _command, environmentVariables: _variables, resources: _resources, ...common } = commandStep('');
  return { ...common, steps, settings: { continueOnStepFailure: false, forceRerun: false, other: {} }, ...step, type: 'pipeline' };
}

test('a step stands after those that it reads from, by an input, by its command or by order', () => {
  const { steps } = buildGraph(
    jobOf({
      last: commandStep('x', { runAfter: ['b'] }),
      c: commandStep('cat ${{parent.jobs.a.outputs.out}}'),
      b: commandStep('x', reads('${{parent.jobs.a.outputs.out}}/part', '${{parent.jobs.c.outputs.out}}')),
      a: commandStep('x'),
    }),
  );
  expect([...steps.keys()]).toEqual(['a', 'c', 'b', 'last']);
  expect([...steps.values()].map(({ after }) => after)).toEqual([[], ['a'], ['a', 'c'], ['b']]);
});

test('references lead through nested pipelines to the step that writes, and back out to what was given', () => {
  const inner = commandStep('x', {
    ...reads('${{parent.inputs.data}}', '${{parent.inputs.word}}'),
    outputs: { out: { binding: '${{parent.outputs.result}}' } },
  });
  const middle = nested(
    { inner },
    {
      inputs: { data: { kind: 'expression', text: '${{parent.inputs.data}}' } },
      outputs: { result: { binding: '${{parent.outputs.end}}' } },
    },
  );
  const graph = buildGraph(
    jobOf({
      outer: nested({ middle }, { inputs: { data: { kind: 'expression', text: '${{parent.jobs.prep.outputs.rows}}' } } }),
      prep: commandStep('x'),
      use: commandStep('x', reads('${{parent.jobs.outer.outputs.end}}')),
    }),
  );
  expect([...graph.steps.keys()]).toEqual(['prep', 'outer.middle.inner', 'use']);
  expect(graph.steps.get('use')?.after).toEqual(['outer.middle.inner']);
  expect(graph.groups).toEqual(
    new Map([
      ['outer', ['outer.middle.inner']],
      ['outer.middle', ['outer.middle.inner']],
    ]),
  );
  const node = graph.steps.get('outer.middle.inner');
  expect(node && inputSource(node.scope, node.step, 'in0')).toEqual({ kind: 'step_output', step: 'prep', output: 'rows' });
  expect(node && inputSource(node.scope, node.step, 'in1')).toBeUndefined();
});

test('waiting for a nested pipeline is waiting for every step inside', () => {
  const { steps } = buildGraph(
    jobOf({ end: commandStep('x', { runAfter: ['outer'] }), outer: nested({ a: commandStep('x'), b: commandStep('x') }) }),
  );
  expect(steps.get('end')?.after).toEqual(['outer.a', 'outer.b']);
});

test('an input that was not given is its default; an optional one without is nothing', () => {
  const step = commandStep('x', {
    inputPorts: { a: { type: 'integer', optional: true, default: 3 }, b: { type: 'string', optional: true } },
  });
  const node = buildGraph(jobOf({ step })).steps.get('step');
  expect(node && inputSource(node.scope, step, 'a')).toEqual({ kind: 'literal', value: 3 });
  expect(node && inputSource(node.scope, step, 'b')).toBeUndefined();
});

test('whatever the order of writing, each step stands after all that it reads from', () => {
  const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 });
  const order = fc.shuffledSubarray([...Array(12).keys()], { minLength: 12 });
  fc.assert(
    fc.property(edges, order, (pairs, names) => {
      const before = (name: number) =>
        [...new Set(pairs.filter(([, to]) => to === name).map(([from]) => from))].filter((from) => from < name);
      const steps = names.map((name) => {
        return [`s${name}`, commandStep('x', reads(...before(name).map((from) => `\${{parent.jobs.s${from}.outputs.o}}`)))] as const;
      });
      const found = [...buildGraph(jobOf(Object.fromEntries(steps))).steps.keys()];
      expect(found).toHaveLength(12);
      for (const name of names) {
        for (const from of before(name)) expect(found.indexOf(`s${from}`)).toBeLessThan(found.indexOf(`s${name}`));
      }
    }),
  );
});

test('a cycle, which the loader refuses, neither hangs nor loses a step', () => {
  const { steps } = buildGraph(
    jobOf({
      a: commandStep('x', reads('${{parent.jobs.b.outputs.o}}')),
      b: commandStep('x', reads('${{parent.jobs.a.outputs.o}}')),
    }),
  );
  expect([...steps.keys()].sort()).toEqual(['a', 'b']);
});
