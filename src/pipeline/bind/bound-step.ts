/** A step with all that it is given put in: what runs it, and what debugs it, begin here. */
import { defaultKept, KeptFiles } from '../../data/fetch/kept-files.ts';
import { byteSizeOf } from '../../os/byte-size.ts';
import type { Container } from '../../os/container/container.ts';
import { stepMark } from '../../os/lineage.ts';
import { fetchedCache, type StepLayout } from '../../store/layout.ts';
import { hintForMissingModule, type MissingModuleHint } from '../code/python.ts';
import { variablesFor } from '../compute.ts';
import { type EquippedJob, type JobContext, knownTo } from '../context.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import { bindInputs, checkInput } from './inputs.ts';
import type { BoundOutput } from './outputs.ts';
import { type Resolve, resolver } from './render.ts';
import { type StagedInput, stageInput } from './stage.ts';
import { inheritedInside, stepContainer } from './step-container.ts';
import { keepingBytecode, stepEnvironment, withPythonStartup } from './step-environment.ts';

export interface BoundStep {
  readonly layout: StepLayout;
  readonly inputs: readonly StagedInput[];
  readonly outputs: readonly BoundOutput[];
  readonly resolve: Resolve;
  /** Complete: also what is inherited. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** What its processes run in. Absent: this machine as it is. */
  readonly container?: Container;
  /** Undefined where the job has no Python. */
  readonly missingModuleHint?: MissingModuleHint;
}

/** The inputs of a step, once the steps before it have ended. @throws RequestError for one that is not there or can not be fetched */
export function inputsAtHand(node: GraphStep, context: JobContext): Promise<readonly StagedInput[]> {
  const bound = bindInputs(node, knownTo(context));
  for (const input of bound) checkInput(input);
  const layout = context.job.layout.step(node.name);
  const { control, here } = context;
  const split = node.step.type === 'parallel' ? node.step.settings.inputData : [];
  const kept = keptFiles(context.job.home, here.environmentVariables);
  const staging = { layout, kill: control.kill, env: here.environmentVariables, assets: context.assets, kept };
  return Promise.all(bound.map((input) => stageInput(input, { ...staging, isSplit: split.includes(input.name) })));
}

/** Bytes of fetched inputs that a home keeps for the next job that needs the same. */
const keptVariable = 'PARALLELRUN_CACHE_SIZE';

/** @throws RequestError for what is no size */
function keptFiles(home: string, env: Readonly<Record<string, string | undefined>>): KeptFiles {
  return new KeptFiles(fetchedCache(home), byteSizeOf(env, keptVariable, defaultKept));
}

export async function bindStep(node: GraphStep, context: EquippedJob, inputs: readonly StagedInput[]): Promise<BoundStep> {
  const { here, job, assets, interpreters, facts } = context;
  const interpreter = interpreters.get(node.name);
  const layout = job.layout.step(node.name);
  const outputs = context.outputs.get(node.name) ?? [];
  const resolve = resolver({ node, inputs, outputs, ...knownTo(context) });
  const { experimentName } = facts;
  const mark = stepMark(here.lineage, layout.directory);
  const identity = { job: job.name, step: node.name, mark, experimentName };
  const given = variablesFor(node, job.spec, here.environmentVariables);
  const variables = context.pythons.get(node.name)?.kind === 'venv' ? keepingBytecode(given) : given;
  const image = context.images.get(node.name);
  const own = stepEnvironment(
    image === undefined ? variables : inheritedInside(variables),
    identity,
    node.step.environmentVariables,
    resolve,
  );
  const folders = inputs.flatMap((input) => (input.kind === 'data' ? [input.path] : []));
  const hint =
    interpreter === undefined
      ? undefined
      : await hintForMissingModule(node, assets, context.pythons.get(node.name), interpreter, image?.name);
  const container = stepContainer(node, context, inputs);
  return {
    layout,
    inputs,
    outputs,
    resolve,
    environmentVariables: { ...withPythonStartup(own, folders), PARALLELRUN_RUN: layout.run },
    ...(container !== undefined && { container }),
    ...(hint !== undefined && { missingModuleHint: hint }),
  };
}
