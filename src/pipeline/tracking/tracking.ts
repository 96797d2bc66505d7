/** What a step's scripts are told of the run that they are in, and where what they log of it goes. */
import { rmSync, writeFileSync } from 'node:fs';
import { isSystemError } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { epochNow } from '../../os/clock.ts';
import type { AssetRegistry } from '../../store/assets.ts';
import type { BoundStep } from '../bind/bound-step.ts';
import { locate } from '../bind/locate.ts';
import type { JobContext } from '../context.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import type { CommandResult } from '../steps/command-step.ts';
import { MetricsTeller } from './metrics-teller.ts';
import { closeStore, makeStore, mlflowRun, mlflowVariables, runStatus } from './mlflow-store.ts';

export interface Tracking {
  /** The step's, and what has its scripts log to the step's folder. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** No process of the step runs any more. @param end undefined where the step broke */
  close(end: CommandResult['kind'] | undefined): void;
}

export function openTracking(node: GraphStep, bound: BoundStep, { job, facts, assets, control }: JobContext): Tracking {
  const { layout, inputs, environmentVariables: given } = bound;
  // A command runs from its beginning, so what it logged before does not count; a parallel step carries on.
  if (node.step.type === 'command') for (const folder of [layout.metrics, layout.mlruns]) rmSync(folder, { recursive: true, force: true });
  const began = epochNow();
  const mlflow = mlflowRun({ job: job.name, ...(!facts.standalone && { step: node.name }) }, layout, began);
  const variables = mlflowVariables(mlflow, facts.experimentName, layout, given);
  const experiment = variables.MLFLOW_EXPERIMENT_NAME;
  if (experiment !== undefined) makeStore(mlflow, experiment, layout, began);
  const told = {
    id: `${job.name}.${node.name}`,
    name: node.name,
    experiment: facts.experimentName,
    artifacts: layout.artifacts,
    inputs: Object.fromEntries(inputs.flatMap((input) => (input.kind === 'data' ? [[input.name, input.path]] : []))),
    models: registeredModels(assets),
    ...(!facts.standalone && { parent: { id: job.name, metrics: job.layout.runLog } }),
    mlflow: { run_id: mlflow.id, experiment: mlflow.experiment, meta: mlflow.meta },
  };
  writeFileSync(layout.run, JSON.stringify(told));
  const teller = new MetricsTeller(node.name, layout, control.emit);
  return {
    environmentVariables: { ...given, ...variables, PARALLELRUN_METRICS: layout.metrics },
    close(end) {
      teller.close();
      try {
        if (experiment !== undefined) closeStore(mlflow, layout, statusOf(end), epochNow());
      } catch (error) {
        // What the step made does not depend on what MLflow is told of its end.
        if (!isSystemError(error)) throw error;
        const message = `How the step's MLflow run ended is not noted in it: ${error.message}.`;
        control.emit({ type: 'notice', level: 'warning', message, step: node.name });
      }
    },
  };
}

function statusOf(end: CommandResult['kind'] | undefined): number {
  if (end === 'completed') return runStatus.finished;
  return end === 'interrupted' ? runStatus.killed : runStatus.failed;
}

/** Newest first. Without those that are not on this machine. */
function registeredModels(assets: AssetRegistry): readonly { readonly name: string; readonly version: string; readonly path: string }[] {
  const names = assets.list('model').map(({ name }) => name);
  return names.flatMap((name) =>
    assets.list('model', { name }).flatMap((model) => {
      const path = model.kind === 'model' ? localPath(model.path, assets) : undefined;
      return path === undefined ? [] : [{ name, version: model.version, path }];
    }),
  );
}

function localPath(path: string, assets: AssetRegistry): string | undefined {
  try {
    const location = locate(path, 'custom_model', assets);
    return location.kind === 'local' ? location.path : undefined;
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}
