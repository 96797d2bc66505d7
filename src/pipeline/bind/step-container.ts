/** What of this machine a step sees in its container: what it is given, what runs it, and nothing else. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Variables } from '../../language/computes.ts';
import { entryLanguage } from '../../language/entry-scripts.ts';
import type { Container, Mount } from '../../os/container/container.ts';
import { packageRoot } from '../../os/own-files.ts';
import type { StepLayout } from '../../store/layout.ts';
import type { EquippedJob } from '../context.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import { unnamedInputs } from '../reuse/step-reuse.ts';
import type { StagedInput } from './stage.ts';

/** Undefined for a step that runs in none. */
export function stepContainer(node: GraphStep, context: EquippedJob, inputs: readonly StagedInput[]): Container | undefined {
  const { job, containers, images } = context;
  const wanted = containers.get(node.name);
  const image = images.get(node.name);
  if (wanted === undefined || image === undefined) return undefined;
  const layout = job.layout.step(node.name);
  const readable = [
    ...[...inputs, ...unnamedInputs(node, context)].flatMap((input) =>
      input.kind === 'data' ? [input.path, ...(input.source === undefined ? [] : [input.source])] : [],
    ),
    join(packageRoot, 'python'),
    ...pythonFiles(node, context),
    ...linkedPackages(layout),
    ...(isTypeScript(node) ? nodeFiles() : []),
  ];
  const outputs = (context.outputs.get(node.name) ?? []).map((output) => (output.isFile ? dirname(output.path) : output.path));
  return {
    tool: wanted.tool,
    image: image.id,
    mounts: [
      ...readable.filter((file) => existsSync(file)).map((file): Mount => ({ path: file, isWritable: false })),
      // With what its workers keep, and what is logged of the job.
      ...[job.layout.directory, dirname(layout.run), ...outputs].map((folder): Mount => ({ path: folder, isWritable: true })),
    ],
    options: wanted.options,
    path: [],
    links: join(layout.directory, 'containers'),
  };
}

/** Of what every process inherits: settings of ours, of the network, and how many threads libraries start. What else a shell has is not the image's. */
export function inheritedInside(variables: Variables): Variables {
  const kept = /^(?:PARALLELRUN_\w+|CUDA_VISIBLE_DEVICES|\w+_NUM_THREADS|(?:https?|no|all)_proxy)$/i;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => kept.test(name)));
}

/** A command's `python` is this one. */
export function withPythonInside(container: Container, python: string | undefined): Container {
  return python === undefined ? container : { ...container, path: [dirname(python), ...container.path] };
}

/** Of an environment of ours: itself, and the interpreter that it is made on. */
function pythonFiles({ name }: GraphStep, { pythons, interpreters }: EquippedJob): readonly string[] {
  const found = pythons.get(name);
  const interpreter = interpreters.get(name);
  if (found === undefined || interpreter === undefined) return [];
  const base = found.kind === 'venv' ? found.base.python : interpreter.python;
  const environment = found.kind === 'venv' ? [dirname(dirname(interpreter.python))] : [];
  return [...environment, ...interpreterFiles(base)];
}

/** Folders that every image has itself. */
const shared = ['/', '/usr', '/usr/local'];

function interpreterFiles(python: string): readonly string[] {
  const real = realpathSync(python);
  const prefix = dirname(dirname(real));
  if (!shared.includes(prefix)) return [prefix];
  const libraries = join(prefix, 'lib');
  const own = existsSync(libraries)
    ? readdirSync(libraries).filter((name) => name === basename(real) || name.startsWith(`lib${basename(real)}.`))
    : [];
  return [...new Set([python, real]), ...own.map((name) => join(libraries, name))];
}

/** What runs a TypeScript worker: this Node, this package and what that depends on. */
function nodeFiles(): readonly string[] {
  const folder = realpathSync(packageRoot);
  // Packages beside ours may be those that it depends on.
  const outermost = /^(.*?\/node_modules)\//.exec(folder)?.[1] ?? folder;
  const dependencies = join(folder, 'node_modules');
  const cache = getCompileCacheDir();
  return [
    process.execPath,
    packageRoot,
    outermost,
    ...(existsSync(dependencies) ? [realpathSync(dependencies)] : []),
    ...(cache === undefined ? [] : [cache]),
  ];
}

/** The packages of the script's own project. */
function linkedPackages({ code }: StepLayout): readonly string[] {
  const link = join(code, 'node_modules');
  return existsSync(link) ? [realpathSync(link)] : [];
}

function isTypeScript({ step }: GraphStep): boolean {
  return step.type === 'parallel' && step.task.type === 'run_function' && entryLanguage(step.task.entryScript) === 'typescript';
}
