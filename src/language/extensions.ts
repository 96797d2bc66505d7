/**
 * What our jobs can say and Azure's YAML has no key for. It stands among the `properties` of a step or a job, which every client
 * of the language keeps, under names that begin with `parallelrun.`. In a spec it has fields of its own and is no property.
 */
import { FILE_NAME, isFileName } from './file-name.ts';
import type { Place } from './findings.ts';
import { wantedName } from './names.ts';
import { suggestion } from './near.ts';
import type { ParallelSettings, Step, TableView } from './types.ts';

const PREFIX = 'parallelrun.';

const RUN_AFTER = `${PREFIX}run_after`;
const APPEND_ROW_FILE_NAME = `${PREFIX}append_row_file_name`;
const PARTITION_FORMATS = `${PREFIX}partition_formats`;
const TABLES = `${PREFIX}tables`;
const OUTPUT_TAGS = `${PREFIX}output_tags`;
const STEP_NAMES = `${PREFIX}step_names`;

/** By name, as editors show them. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  [RUN_AFTER]: 'Names of steps, with commas between them, that must have completed before, though nothing of them is read.',
  [APPEND_ROW_FILE_NAME]: 'The name of the file with the returned rows, when the output is a folder. Default: `parallel_run_step.txt`.',
  [PARTITION_FORMATS]: 'JSON text: by input, what names the parts of the paths of its files.',
  [TABLES]: 'JSON text: by input, which files of the folder are read as rows, and how.',
  [OUTPUT_TAGS]: 'JSON text: by output, the tags of the data that it is registered as.',
  [STEP_NAMES]: '`any`: steps may be called by any letters, digits, `_` and `-`. Default: `identifiers`.',
};
export const PROPERTY_NAMES: readonly string[] = Object.keys(DESCRIPTIONS);

/** Where properties stand. */
export type PropertiesOf = Pick<Around, 'type' | 'role'> | 'pipeline_job';

/** The properties of ours that something may have, with their descriptions. */
export function extensionsAt(where: PropertiesOf): Properties {
  const names = where === 'pipeline_job' ? [STEP_NAMES] : stepExtensions(where);
  return Object.fromEntries(names.map((name) => [name, DESCRIPTIONS[name] ?? '']));
}

function stepExtensions({ type, role }: Pick<Around, 'type' | 'role'>): readonly string[] {
  return [
    ...(role === 'use' ? [RUN_AFTER] : []),
    ...(role === 'use' && type !== 'pipeline' ? [TABLES, OUTPUT_TAGS] : []),
    ...(type === 'parallel' ? [APPEND_ROW_FILE_NAME, PARTITION_FORMATS] : []),
  ];
}

/** What the steps of a pipeline may be called, by `parallelrun.step_names`: identifiers as Azure has it, or any as SDK v1 has it. */
export type StepNames = 'identifiers' | 'any';

type Properties = Readonly<Record<string, string>>;
type Tables = Readonly<Record<string, TableView>>;
type OutputTags = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface StepExtensions {
  readonly runAfter?: readonly string[] | undefined;
  readonly tables?: Tables | undefined;
  readonly outputTags?: OutputTags | undefined;
  readonly settings: Pick<ParallelSettings, 'appendRowFileName' | 'partitionFormats'>;
}

/** The properties without what stands among them for us. */
export function ownProperties(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith(PREFIX)));
}

/** What surrounds the properties: a component's own definition (`definition`) stands in no pipeline yet. */
interface Around {
  readonly type: Step['type'];
  readonly role: 'definition' | 'use';
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** `place` is that of the properties. */
export function readStepExtensions(all: Properties, { type, role, inputs, outputs }: Around, place: Place): StepExtensions {
  const properties = ours(all, stepExtensions({ type, role }), place);
  const runAfter = (properties[RUN_AFTER] ?? '').split(',').flatMap((name) => name.trim() || []);
  const fileName = properties[APPEND_ROW_FILE_NAME];
  const formats = properties[PARTITION_FORMATS];
  const views = properties[TABLES];
  const tags = properties[OUTPUT_TAGS];
  if (fileName !== undefined && !isFileName(fileName)) {
    place.at(APPEND_ROW_FILE_NAME).error('invalid-value', `Expected ${FILE_NAME}, found ${JSON.stringify(fileName)}.`);
  }
  const read =
    formats === undefined
      ? {}
      : byPort(formats, 'input', inputs, isText, 'a mapping from inputs to partition formats', place.at(PARTITION_FORMATS));
  const tables = views === undefined ? {} : byPort(views, 'input', inputs, isView, VIEWS, place.at(TABLES));
  const outputTags =
    tags === undefined ? {} : byPort(tags, 'output', outputs, areTags, 'a mapping from outputs to tags', place.at(OUTPUT_TAGS));
  return {
    ...(runAfter.length === 0 ? {} : { runAfter }),
    ...(Object.keys(tables).length === 0 ? {} : { tables }),
    ...(Object.keys(outputTags).length === 0 ? {} : { outputTags }),
    settings: {
      ...(fileName !== undefined && { appendRowFileName: fileName }),
      ...(Object.keys(read).length === 0 ? {} : { partitionFormats: read }),
    },
  };
}

export function readStepNames(properties: Properties, place: Place): StepNames {
  const given = ours(properties, [STEP_NAMES], place)[STEP_NAMES];
  if (given === undefined || given === 'identifiers') return 'identifiers';
  if (given !== 'any') place.at(STEP_NAMES).error('invalid-value', `Expected identifiers or any, found ${JSON.stringify(given)}.`);
  return 'any';
}

/** The properties that say this of a step. */
export function stepProperties({ runAfter = [], tables = {}, outputTags = {}, settings }: StepExtensions): Properties {
  const { appendRowFileName, partitionFormats = {} } = settings;
  return {
    ...(runAfter.length === 0 ? {} : { [RUN_AFTER]: runAfter.join(', ') }),
    ...(Object.keys(tables).length === 0 ? {} : { [TABLES]: JSON.stringify(tables) }),
    ...(Object.keys(outputTags).length === 0 ? {} : { [OUTPUT_TAGS]: JSON.stringify(outputTags) }),
    ...(appendRowFileName !== undefined && { [APPEND_ROW_FILE_NAME]: appendRowFileName }),
    ...(Object.keys(partitionFormats).length === 0 ? {} : { [PARTITION_FORMATS]: JSON.stringify(partitionFormats) }),
  };
}

/** The properties that a pipeline with steps of these names needs. */
export function stepNameProperties(names: readonly string[]): Properties {
  return names.every((name) => wantedName('step', name) === undefined) ? {} : { [STEP_NAMES]: 'any' };
}

/** Those that have a meaning here; others of ours are told. */
function ours(properties: Properties, known: readonly string[], place: Place): Properties {
  for (const name of Object.keys(properties)) {
    if (!name.startsWith(PREFIX) || known.includes(name)) continue;
    place.at(name).keyError('unknown-key', `Unknown property ${JSON.stringify(name)}.`, suggestion(name, known, `${PREFIX} property here`));
  }
  return Object.fromEntries(Object.entries(properties).filter(([name]) => known.includes(name)));
}

/** The JSON text of a mapping with the names of inputs, or of outputs, as keys; nothing when it is another (told). */
function byPort<T>(
  text: string,
  kind: 'input' | 'output',
  known: readonly string[],
  isValue: (value: unknown) => value is T,
  expected: string,
  place: Place,
): Readonly<Record<string, T>> {
  const found = parsed(text, isValue);
  if (found === undefined) {
    place.error('invalid-value', `Expected the JSON text of ${expected}, found ${JSON.stringify(text)}.`);
    return {};
  }
  for (const name of Object.keys(found)) {
    if (!known.includes(name))
      place.error(`unknown-${kind}`, `${JSON.stringify(name)} names no ${kind} of this step.`, `Known: ${known.join(', ')}.`);
  }
  return found;
}

function parsed<T>(text: string, isValue: (value: unknown) => value is T): Readonly<Record<string, T>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isMapping(value)) return undefined;
    const entries = Object.entries(value).filter((entry): entry is [string, T] => isValue(entry[1]));
    return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined;
  } catch {
    return undefined;
  }
}

const VIEWS = 'a mapping from inputs to mappings with pattern and transformations';

function isView(value: unknown): value is TableView {
  return (
    isMapping(value) &&
    Object.keys(value).every((key) => key === 'pattern' || key === 'transformations') &&
    isText(value.pattern) &&
    Array.isArray(value.transformations) &&
    value.transformations.every(isMapping)
  );
}

function areTags(value: unknown): value is Readonly<Record<string, string>> {
  return isMapping(value) && Object.values(value).every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
