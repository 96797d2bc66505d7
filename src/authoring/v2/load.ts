import { dirname, resolve } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { loadComponentNow, loadJobNow } from '../../spec/index.ts';
import { readYaml } from '../../spec/source/yaml.ts';
import { type Document, mapValues } from './document.ts';
import { Job, type OutputPorts } from './job.ts';
import { componentOfFile, type LooseComponent } from './loaded-component.ts';
import { bindPaths } from './local-paths.ts';

/**
 * A job from a YAML file. The compiler does not read YAML: every name of an output compiles.
 * @throws RequestError with every mistake at its line.
 */
export function loadJob(file: string): Job<OutputPorts> {
  const judged = loadJobNow(file);
  const { value } = readYaml(file);
  const { spec } = judged;
  const outputs = mapValues(spec.outputPorts, ({ type }) => ({ type }));
  return new Job({ name: spec.name, outputs, document: bindPaths(asDocument(value), dirname(resolve(file))), judged });
}

/**
 * A component from a YAML file, to be called like one that was written here. Give its names to have them checked:
 * `loadComponent<'table', 'scores'>('score.yml')`. @throws RequestError with every mistake at its line.
 */
export function loadComponent<I extends string = string, O extends string = string>(file: string): LooseComponent<I, O> {
  return componentOfFile(file, loadComponentNow(file).spec);
}

function asDocument(value: unknown): Document {
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new RequestError({ code: 'wrong-type', message: 'Expected a job (a mapping of keys).' });
}
