/**
 * What an MLflow model says that it needs, for a step that declares no environment of its own.
 * Source: "MLflow Model" (files beside MLmodel), and "Deploy MLflow models in batch deployments" of Azure ML: no environment is asked for there.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../language/check.ts';
import { soleReference } from '../../language/expressions.ts';
import { readYaml } from '../../language/source/yaml.ts';
import type { EnvironmentSpec } from '../../language/types.ts';
import type { AssetResolver } from '../../store/assets.ts';
import { locate } from '../bind/locate.ts';
import { inputSource, referenceSource } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';

/** Undefined for a model that says nothing of it, and for one that is not on this machine yet. @throws RequestError for a file that is no YAML */
export function modelEnvironment(node: GraphStep, assets: AssetResolver): EnvironmentSpec | undefined {
  const written = writtenModel(node);
  const location = written === undefined ? undefined : locate(written, 'mlflow_model', assets);
  const folder = location?.kind === 'local' ? modelFolder(location.path) : undefined;
  if (folder === undefined) return undefined;
  const [conda, python, requirements] = ['conda.yaml', 'python_env.yaml', 'requirements.txt'].map((name) => join(folder, name));
  if (conda !== undefined && existsSync(conda)) return { condaFile: conda, conda: readYaml(conda).value };
  if (python !== undefined && existsSync(python)) return { condaFile: python, conda: asConda(readYaml(python).value) };
  if (requirements !== undefined && existsSync(requirements)) {
    return { condaFile: requirements, conda: { dependencies: [{ pip: [`-r ${requirements}`] }] } };
  }
  return undefined;
}

/** As the job names it, where that is known before anything runs. */
function writtenModel({ step, scope }: GraphStep): string | undefined {
  if (step.type === 'command' || step.task.type !== 'model') return undefined;
  const reference = soleReference(step.task.model);
  if (reference === undefined) return step.task.model;
  const source = reference.scope === 'input' ? inputSource(scope, step, reference.name) : referenceSource(scope, reference);
  return source?.kind === 'data' ? source.path : undefined;
}

/** Where its `MLmodel` is: there, or in the one folder inside that has one. */
function modelFolder(path: string): string | undefined {
  const isModel = (folder: string) => existsSync(join(folder, 'MLmodel'));
  if (isModel(path)) return path;
  if (!existsSync(path) || !statSync(path).isDirectory()) return undefined;
  const [only, ...others] = readdirSync(path)
    .map((name) => join(path, name))
    .filter(isModel);
  return others.length === 0 ? only : undefined;
}

/** `python_env.yaml`: `python: 3.10.4`, and what pip is given. */
function asConda(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const pip = Array.isArray(value.dependencies) ? value.dependencies : [];
  return { dependencies: [...(typeof value.python === 'string' ? [`python=${value.python}`] : []), { pip }] };
}
