/** The steps of a job in an order in which they can run, and what each waits for. Pure. */
import type { JobSpec } from '../../language/types.ts';
import { directReferences, innerScope, inputSource, jobScope, type RunStep, type Scope, stepsBehind } from './scope.ts';

export interface GraphStep {
  /** Full: `score`, `outer.inner`. */
  readonly name: string;
  readonly step: RunStep;
  readonly scope: Scope;
  /** Full names of the steps whose outputs it reads or that it was told to wait for, without repetition. */
  readonly after: readonly string[];
}

export interface StepGraph {
  /** Each step after those that it reads from; otherwise as written. */
  readonly steps: ReadonlyMap<string, GraphStep>;
  /** Nested pipeline steps by full name, outermost first, with the full names of all run steps inside. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

export function buildGraph(spec: JobSpec): StepGraph {
  const found = new Map<string, GraphStep>();
  const groups = new Map<string, string[]>();
  const visit = (scope: Scope, holders: readonly string[]) => {
    for (const [name, step] of Object.entries(scope.holder.steps)) {
      const full = scope.prefix + name;
      if (step.type === 'pipeline') {
        groups.set(full, []);
        visit(innerScope(scope, name, step), [...holders, full]);
      } else {
        for (const holder of holders) groups.get(holder)?.push(full);
        found.set(full, { name: full, step, scope, after: readsFrom(scope, step) });
      }
    }
  };
  visit(jobScope(spec), []);
  // Who waits for a nested pipeline waits for every step inside.
  const waiting = [...found].map(([name, node]) => {
    const after = new Set(node.after.flatMap((before) => groups.get(before) ?? [before]));
    return [name, { ...node, after: [...after] }] as const;
  });
  return { steps: inOrder(new Map(waiting)), groups };
}

function readsFrom(scope: Scope, step: RunStep): readonly string[] {
  const names = new Set([...Object.keys(step.inputPorts), ...Object.keys(step.inputs)]);
  const inputs = [...names].flatMap((name) => stepsBehind(inputSource(scope, step, name)));
  const direct = directReferences(scope, step).flatMap(({ source }) => stepsBehind(source));
  const told = (step.runAfter ?? []).map((name) => scope.prefix + name);
  return [...new Set([...inputs, ...direct, ...told])];
}

/** A cycle is refused when the job is read; should one come here, its steps stand at the end and are never ready. */
function inOrder(steps: ReadonlyMap<string, GraphStep>): ReadonlyMap<string, GraphStep> {
  const ordered = new Map<string, GraphStep>();
  const visiting = new Set<string>();
  const visit = (step: GraphStep) => {
    if (ordered.has(step.name) || visiting.has(step.name)) return;
    visiting.add(step.name);
    for (const before of step.after) {
      const earlier = steps.get(before);
      if (earlier !== undefined) visit(earlier);
    }
    ordered.set(step.name, step);
  };
  for (const step of steps.values()) visit(step);
  return ordered;
}
