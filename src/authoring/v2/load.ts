import { loadComponentNow, loadJobNow } from '../../language/index.ts';
import { mapValues } from '../document.ts';
import { Job, type OutputPorts } from './job.ts';
import { componentOf, type LooseComponent } from './loaded-component.ts';

/**
 * A job from a YAML file. The compiler does not read YAML: every name of an output compiles.
 * @throws RequestError with every mistake at its line.
 */
export function loadJob(file: string): Job<OutputPorts> {
  const judged = loadJobNow(file);
  const outputs = mapValues(judged.spec.outputPorts, ({ type }) => ({ type }));
  return new Job({ name: judged.spec.name, outputs, judged });
}

/**
 * A component from a YAML file, to be called like one that was written here. Give its names to have them checked:
 * `loadComponent<'table', 'scores'>('score.yml')`. @throws RequestError with every mistake at its line.
 */
export function loadComponent<I extends string = string, O extends string = string>(file: string): LooseComponent<I, O> {
  return componentOf(loadComponentNow(file).spec);
}
