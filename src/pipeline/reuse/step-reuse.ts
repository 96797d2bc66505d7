/** Reuse as a step sees it: it may save a run, it can never break one. */
import { messageOf } from '../../errors/thrown.ts';
import { hasExpression } from '../../language/expressions.ts';
import { endingOf } from '../../parallel/assemble/append-row.ts';
import { sourceText } from '../bind/inputs.ts';
import { rowsFile } from '../bind/outputs.ts';
import type { StagedInput } from '../bind/stage.ts';
import { modelPath } from '../code/model-task.ts';
import { type JobContext, knownTo, type RunnableJob } from '../context.ts';
import { directReferences } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import type { StepOutput } from '../steps/record.ts';
import { elsewhere } from './adopt.ts';
import type { Finding } from './reuse.ts';

/** Undefined when the job does not take part in reuse, or when its store can not be asked. */
export async function findFinished(node: GraphStep, context: RunnableJob, inputs: readonly StagedInput[]): Promise<Finding | undefined> {
  try {
    return await context.reuse?.find({
      step: node.name,
      spec: node.step,
      snapshot: context.snapshots.get(node.name) ?? {},
      inputs: [...inputs, ...unnamedInputs(node, context)],
      interpreter: [context.images.get(node.name)?.id, context.interpreters.get(node.name)?.python].filter(Boolean).join(' '),
      ...rowsOf(node, context),
      elsewhere: (match) => elsewhere(match, context.outputs.get(node.name) ?? []),
    });
  } catch (error) {
    warn(context, node.name, 'It could not be judged whether a finished step can be reused', error);
    return undefined;
  }
}

/** How its rows are written depends on the name of their file. */
function rowsOf(node: GraphStep, { outputs }: RunnableJob): { readonly rows?: string } {
  if (node.step.type !== 'parallel') return {};
  const { appendRowTo } = node.step.task;
  const output = outputs.get(node.name)?.find(({ name }) => name === appendRowTo);
  const ending = output === undefined ? undefined : endingOf(rowsFile(node, output));
  return ending === undefined ? {} : { rows: ending };
}

/** What a step reads though none of its inputs says so: a reference in its command, a model named by its path. */
export function unnamedInputs({ step, scope }: GraphStep, context: JobContext): readonly StagedInput[] {
  const known = knownTo(context);
  const direct = directReferences(scope, step).map(({ text, source }): StagedInput => {
    const value = sourceText(source, known);
    return source.kind === 'literal'
      ? { kind: 'literal', name: text, value }
      : { kind: 'data', name: text, type: 'uri_folder', path: value };
  });
  if (step.type === 'command' || step.task.type === 'run_function' || hasExpression(step.task.model)) return direct;
  return [...direct, { kind: 'data', name: 'task.model', type: 'mlflow_model', path: modelPath(step.task.model, context.assets) }];
}

/** Goes on beside the steps that follow; the job waits for it at its end. */
export function rememberRun(context: RunnableJob, finding: Finding, outputs: Readonly<Record<string, StepOutput>>, began: number): void {
  const { reuse } = context;
  if (reuse === undefined) return;
  const left = Object.entries(outputs).map(([name, output]) => ({ name, ...output }));
  const remembered = reuse.remember(finding, left, began).catch((error: unknown) => {
    if (!context.control.kill.aborted) warn(context, finding.step, 'The step can not be reused later', error);
  });
  context.afterwards.push(remembered);
}

function warn({ control }: RunnableJob, step: string, what: string, error: unknown): void {
  control.emit({ type: 'notice', level: 'warning', step, message: `${what}: ${messageOf(error)}` });
}
