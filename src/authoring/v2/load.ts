import { RequestError } from '../../errors/types.ts';
import { shown } from '../../language/check.ts';
import { jobObject, loadComponentNow, loadJobNow } from '../../language/index.ts';
import { mapValues } from '../document.ts';
import { inOurWords } from '../options/words.ts';
import type { SettingsOf } from './component.ts';
import type { AnyWorkOptions, OutputPorts } from './component-shape.ts';
import { Job } from './job.ts';
import { componentOf, type LooseComponent } from './loaded-component.ts';
import type { OutputOptions } from './output.ts';
import { partedDocument } from './parted-document.ts';
import type { InputLike } from './values.ts';

/** A job from a file: which kind it is of, the compiler does not know. */
export type LoadedFileJob = Job<OutputPorts> & SettingsOf<AnyWorkOptions>;

/**
 * A job from a YAML file. The compiler does not read YAML: every name of an output compiles. Its settings can be changed before it is run.
 * @throws RequestError with every mistake at its line.
 */
export function loadJob(file: string): LoadedFileJob {
  const loaded = loadJobNow(pathOf(file, 'loadJob'));
  const { spec } = loaded;
  const document = jobObject(spec);
  const step = spec.steps.main;
  const type = spec.standalone && step !== undefined ? step.type : 'pipeline';
  const { settings, base } = partedDocument(type, document);
  const given = document.inputs as Readonly<Record<string, InputLike>> | undefined;
  const where = document.outputs as Readonly<Record<string, OutputOptions | null>> | undefined;
  const job = new Job({
    type,
    name: spec.name,
    inputs: mapValues(spec.inputPorts, ({ type: takes }, name) => ({ type: takes, value: given?.[name] })),
    outputs: mapValues(spec.outputPorts, ({ type: writes }, name) => ({ type: writes, given: where?.[name] ?? undefined })),
    settings,
    own: {},
    base,
    loaded,
  });
  return job as LoadedFileJob;
}

/**
 * A component from a YAML file, to be called like one that was written here. Give its names to have them checked:
 * `loadComponent<'table', 'scores'>('score.yml')`. @throws RequestError with every mistake at its line.
 */
export function loadComponent<I extends string = string, O extends string = string>(file: string): LooseComponent<I, O> {
  return inOurWords(() => componentOf(loadComponentNow(pathOf(file, 'loadComponent')).spec));
}

function pathOf(file: unknown, what: string): string {
  if (typeof file === 'string' && file !== '') return file;
  throw new RequestError({ code: 'wrong-type', message: `${what} takes the path of a file, found ${shown(file)}.` });
}
