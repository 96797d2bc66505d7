/** A spec becomes YAML again: what `loadJob` reads back to the same spec, but for where it was read from. */

import { isDeepStrictEqual } from 'node:util';
import { Document } from 'yaml';
import { inlinePortsOf } from '../build/graph/inline.ts';
import { stepNameProperties, stepProperties } from '../extensions.ts';
import { YAML_OPTIONS } from '../source/yaml-options.ts';
import type { ComponentSpec, JobSpec, PipelineSettings, Step } from '../types.ts';
import { filled, keys, mapValues, pathWriter, type WritePath, writeInput, writeInputPort, writeOutput, writeOutputPort } from './values.ts';
import { writeWork } from './work.ts';

export interface DumpOptions {
  /** Local paths are written relative to this folder (where the file is to stand). Absent: absolute. */
  readonly directory?: string;
}

/** The job as YAML. What Azure's YAML has no key for stands among the properties, as `parallelrun.…`. */
export function dumpJob(spec: JobSpec, options: DumpOptions = {}): string {
  return yamlText(jobObject(spec, options));
}

/** The component as YAML. One with settings that wait for values is dumped as it was written: its paths are relative to where it stood. */
export function dumpComponent(spec: ComponentSpec, options: DumpOptions = {}): string {
  return yamlText(componentObject(spec, options));
}

/** The component as a plain object with the keys of YAML; as `dumpComponent`. */
export function componentObject({ step, definition }: ComponentSpec, options: DumpOptions = {}): Readonly<Record<string, unknown>> {
  if (definition !== undefined) return definition.value;
  return keys({ ...writeComponent(step, pathWriter(options.directory)), properties: filled(extensionsOf(step)) });
}

/** The job as a plain object with the keys of YAML. */
export function jobObject(spec: JobSpec, options: DumpOptions = {}): Record<string, unknown> {
  const path = pathWriter(options.directory);
  const described = {
    name: spec.name,
    display_name: spec.displayName,
    description: spec.description,
    experiment_name: spec.experimentName,
    tags: filled(spec.tags),
    properties: filled({ ...spec.properties, ...jobProperties(spec) }),
    compute: writeName(spec.compute),
    identity: spec.cloudOnly.identity,
    services: spec.cloudOnly.services,
    inputs: filled(mapValues(spec.inputs, (value) => writeInput(value, path))),
    outputs: filled(mapValues(spec.outputs, (value) => writeOutput(value, path))),
  };
  const main = spec.steps.main;
  if (spec.standalone && main !== undefined && main.type !== 'pipeline') {
    const inline = isInline(main, inlinePortsOf({ main }, spec).main);
    return keys({ type: main.type, ...described, ...(inline ? writeWork(main, path) : { component: writeComponent(main, path) }) });
  }
  const jobs = writeSteps(spec.steps, spec, path);
  const inferred = inlinePortsOf({}, spec)[''];
  const own = isDeepStrictEqual(inferred, { inputPorts: spec.inputPorts, outputPorts: spec.outputPorts });
  return keys({
    type: 'pipeline',
    ...described,
    settings: writeSettings(spec.settings),
    ...(own
      ? { jobs }
      : {
          component: {
            type: 'pipeline',
            inputs: mapValues(spec.inputPorts, writeInputPort),
            outputs: mapValues(spec.outputPorts, writeOutputPort),
            jobs,
          },
        }),
  });
}

/** Of a job that stands alone, what its step says. */
function jobProperties({ standalone, steps }: JobSpec): Readonly<Record<string, string>> {
  if (standalone) return steps.main === undefined ? {} : extensionsOf(steps.main);
  return stepNameProperties(Object.keys(steps));
}

function extensionsOf(step: Step): Readonly<Record<string, string>> {
  return stepProperties({ ...step, settings: step.type === 'parallel' ? step.settings : {} });
}

type Ports = Pick<Step, 'inputPorts' | 'outputPorts'>;

function isInline(step: Step, inferred: Ports | undefined): boolean {
  if (step.type === 'pipeline' || !isDeepStrictEqual(step.component, { isDeterministic: true })) return false;
  const code = step.type === 'command' ? step.code : step.task.type === 'run_function' ? step.task.code : undefined;
  if ((code?.additionalIncludes.length ?? 0) > 0) return false;
  return isDeepStrictEqual(inferred, { inputPorts: step.inputPorts, outputPorts: step.outputPorts });
}

function writeSteps(steps: Readonly<Record<string, Step>>, around: Ports, path: WritePath): Record<string, unknown> {
  const inferred = inlinePortsOf(steps, around);
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, writeStep(step, inferred[name], path)]));
}

function writeStep(step: Step, inferred: Ports | undefined, path: WritePath): Record<string, unknown> {
  const { cloudOnly } = step;
  return keys({
    type: step.type,
    display_name: step.displayName,
    description: step.description,
    experiment_name: step.experimentName,
    comment: cloudOnly.comment,
    tags: filled(step.tags),
    properties: filled({ ...step.properties, ...extensionsOf(step) }),
    compute: writeName(step.compute),
    identity: cloudOnly.identity,
    services: cloudOnly.services,
    inputs: filled(mapValues(step.inputs, (value) => writeInput(value, path))),
    outputs: filled(mapValues(step.outputs, (value) => writeOutput(value, path))),
    ...(isInline(step, inferred) && step.type !== 'pipeline' ? writeWork(step, path) : { component: writeComponent(step, path) }),
  });
}

/** The definition alone: what the step was given stands beside it. */
function writeComponent(step: Step, path: WritePath): Record<string, unknown> {
  const { component } = step;
  const code =
    step.type === 'command' ? step.code : step.type === 'parallel' && step.task.type === 'run_function' ? step.task.code : undefined;
  const includes = code?.additionalIncludes ?? [];
  return keys({
    type: step.type,
    name: component.name,
    version: component.version,
    display_name: component.displayName,
    description: component.description,
    tags: component.tags,
    is_deterministic: component.isDeterministic ? undefined : false,
    inputs: filled(mapValues(step.inputPorts, writeInputPort)),
    outputs: filled(mapValues(step.outputPorts, writeOutputPort)),
    ...(step.type === 'pipeline'
      ? { settings: writeSettings(step.settings), jobs: writeSteps(step.steps, step, path) }
      : { ...writeWork(step, path), additional_includes: includes.length === 0 ? undefined : includes.map(path) }),
  });
}

function writeSettings(settings: PipelineSettings): Record<string, unknown> | undefined {
  return filled(
    keys({
      default_compute: writeName(settings.defaultCompute),
      default_datastore: writeName(settings.defaultDatastore),
      continue_on_step_failure: settings.continueOnStepFailure ? true : undefined,
      force_rerun: settings.forceRerun ? true : undefined,
      ...settings.other,
    }),
  );
}

/** A compute or datastore as Azure's client wants it named; these two are no names but words of its own. */
function writeName(name: string | undefined): string | undefined {
  return name === undefined || name === 'local' || name === 'serverless' || name === '' ? name : `azureml:${name}`;
}

function yamlText(value: Readonly<Record<string, unknown>>): string {
  return new Document(value, { ...YAML_OPTIONS, aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
}
