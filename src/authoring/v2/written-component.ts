/** A component that is written out in a program: parallel or command work with its settings. */
import { RequestError } from '../../errors/types.ts';
import { componentFromObject } from '../../language/index.ts';
import { flag, mapping, nonEmpty, version as versionRule } from '../../language/schema/fields.ts';
import { type Document, mapValues } from '../document.ts';
import { judgedTogether } from '../options/judge.ts';
import { type Definition, define } from '../options/rules.ts';
import { inOurWords } from '../options/words.ts';
import { type Component, makeComponent } from './component.ts';
import type { AnyWorkOptions, DeclaredInput, InputPorts, OutputPorts } from './component-shape.ts';
import { declaredInput, portDocument } from './input.ts';
import { tellCloudOnly } from './notice.ts';
import { type OutputOptions, outputPortDocument, outputsRule } from './output.ts';
import { type CommandWorkOptions, type ParallelWorkOptions, settingsDocument, type WorkOptions, workRules } from './settings.ts';
import { isBound, isDataType, literalType } from './values.ts';

/** What any component that is written in a program can have. */
export interface ComponentOptions<I extends InputPorts, O extends OutputPorts> {
  /** The component's name; a step that is not named itself is named after it. */
  readonly name?: string | undefined;
  /** The version that it is registered under. Default: the next number. */
  readonly version?: string | undefined;
  /** What it takes, by name: an Input, its options, or a literal, which is the value and says the type. Default: nothing. */
  readonly inputs?: I | undefined;
  /** What it writes, by name: an Output or its options. Default: nothing. */
  readonly outputs?: O | undefined;
  /** Its outputs follow from its inputs alone, so that finished ones can be taken again. Default: true. */
  readonly isDeterministic?: boolean | undefined;
}

type Written<S> = ComponentOptions<InputPorts, OutputPorts> & S;

const own = {
  name: nonEmpty(''),
  version: versionRule(''),
  inputs: mapping('', declaredInput),
  outputs: outputsRule,
  isDeterministic: flag(''),
};

const DEFINITIONS: Readonly<Record<'parallel' | 'command', Definition<Written<WorkOptions>>>> = {
  parallel: define<Written<ParallelWorkOptions>>('parallelRunFunction')({ ...workRules.parallel, ...own }),
  command: define<Written<CommandWorkOptions>>('command')({ ...workRules.command, ...own }),
};

/** @throws RequestError with everything that is wrong in the component. @internal */
export function writtenComponent<I, O extends OutputPorts, S>(type: 'parallel' | 'command', options: unknown): Component<I, O, S> {
  return judgedTogether(DEFINITIONS[type], options, (given) => inOurWords(() => makeWritten(type, given)));
}

function makeWritten<I, O extends OutputPorts, S>(
  type: 'parallel' | 'command',
  { name, version, inputs = {}, outputs = {}, isDeterministic, ...work }: Written<WorkOptions>,
): Component<I, O, S> {
  tellCloudOnly(work);
  // Where it runs, the component does not say; what an input of a pipeline decides, only a call can know.
  const runs = (key: string, value: unknown): boolean => ['compute', 'experimentName', 'services'].includes(key) || isBound(value);
  const entries = Object.entries<unknown>(work);
  const running: AnyWorkOptions = Object.fromEntries(entries.filter(([key, value]) => runs(key, value)));
  const settings = settingsDocument(Object.fromEntries(entries.filter(([key, value]) => !runs(key, value))));
  const component: Document = {
    type,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(isDeterministic !== undefined && { is_deterministic: isDeterministic }),
    inputs: mapValues<InputPorts[string], unknown>(inputs, declaration),
    outputs: mapValues<OutputPorts[string], unknown>(outputs, outputPortDocument),
    ...settings,
  };
  const { spec, warnings } = componentFromObject(component, { baseDirectory: process.cwd() });
  // In a component file an unknown key is a warning, as it may be of another version; in a program it is a slip.
  const unknown = warnings.filter(({ code }) => code === 'unknown-key');
  if (unknown.length > 0) throw new RequestError(unknown);
  const shape = {
    type,
    name,
    component,
    inputs: mapValues<InputPorts[string], DeclaredInput>(inputs, declared),
    outputs,
    outputValues: mapValues<OutputPorts[string], OutputOptions>(outputs, (output) => output),
    running,
    own: work,
    alone: isDeterministic === false ? undefined : { ...(name !== undefined && { display_name: name }), ...settings },
  };
  return makeComponent(shape, spec);
}

function declaration(port: InputPorts[string]): Record<string, unknown> {
  return typeof port === 'object' ? portDocument(port) : { type: literalType(port) };
}

function declared(port: InputPorts[string]): DeclaredInput {
  if (typeof port !== 'object') return { type: literalType(port), value: port };
  const { type = 'uri_folder', path, default: value } = port;
  if (path === undefined && !isDataType(type)) return { type, ...(value !== undefined && { value }) };
  return path === undefined ? { type } : { type, value: port };
}
