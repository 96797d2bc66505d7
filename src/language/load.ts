/**
 * The way in: files and plain objects become job specs and component specs. What is wrong is told all at once, by a
 * RequestError whose problems name file, line, column and key.
 */
import { resolve } from 'node:path';
import { type Problem, RequestError } from '../errors/types.ts';
import { buildComponent } from './build/component.ts';
import { type Context, UNREGISTERED, type Unregistered } from './build/context.ts';
import { buildJob } from './build/job.ts';
import { checkNamed } from './build/names.ts';
import { buildSteps } from './build/pipeline.ts';
import { isRecord, shown } from './check.ts';
import { Findings, inOrder, objectSource, Place } from './findings.ts';
import { type AssetReference, parsePath } from './named-paths.ts';
import { applyOverrides, overriddenSource } from './overrides.ts';
import { plain } from './plain.ts';
import { readYaml, type YamlFile } from './source/yaml.ts';
import type { ComponentSpec, JobSpec } from './types.ts';

/** Where components are registered. */
export interface ComponentRegistry {
  /** A bare `azureml:name` is the latest. */
  find(reference: AssetReference): Promise<ComponentSpec | undefined>;
}

export interface LoadOptions {
  /** `--set a.b=c`, in order. */
  readonly overrides?: readonly string[];
  /** Without it, no component is registered. */
  readonly components?: ComponentRegistry;
}

export interface LoadedJob {
  readonly spec: JobSpec;
  readonly warnings: readonly Problem[];
}

export interface LoadedComponent {
  readonly spec: ComponentSpec;
  readonly warnings: readonly Problem[];
}

/** What is to be said of a job file. */
export interface JudgedJob {
  /** Absent where something is wrong, or too little is known: a step's component is not registered yet. */
  readonly spec?: JobSpec;
  /** What could be made of a file with mistakes: to look for others. */
  readonly draft?: JobSpec;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** @throws RequestError with all that is wrong */
export async function loadJob(file: string, options: LoadOptions = {}): Promise<LoadedJob> {
  const { spec, errors, warnings } = await judgeJob(file, options);
  return { spec: given(spec, errors), warnings };
}

/**
 * Judges a job file: nothing of what is wrong in it is thrown, so that its warnings are told too.
 * @param unregistered what a component that is not registered is. Default: an error
 * @throws RequestError for overrides that cannot be understood
 */
export async function judgeJob(file: string, options: LoadOptions = {}, unregistered: Unregistered = 'error'): Promise<JudgedJob> {
  const overrides = options.overrides ?? [];
  const found = readOrTell(file);
  if (found.kind === 'unreadable') return { errors: found.errors, warnings: [] };
  const changed = applyOverrides(found.value, overrides);
  const source = overriddenSource(found.source, overrides);
  return await withRegistry(options.components, (known) =>
    run(new Place(source, new Findings()), known, (place, context) => buildJob(changed, place, context), unregistered),
  );
}

function readOrTell(
  file: string,
): ({ readonly kind: 'read' } & YamlFile) | { readonly kind: 'unreadable'; readonly errors: readonly Problem[] } {
  try {
    return { kind: 'read', ...readYaml(file) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { kind: 'unreadable', errors: error.problems };
  }
}

export async function loadComponent(file: string, options: LoadOptions = {}): Promise<LoadedComponent> {
  const { source: read, value } = readYaml(file);
  const overrides = options.overrides ?? [];
  const changed = applyOverrides(value, overrides);
  const source = overriddenSource(read, overrides);
  const absolute = resolve(file);
  const { spec, errors, warnings } = await withRegistry(options.components, (known) =>
    run(new Place(source, new Findings()), known, (place, context) =>
      component(changed, absolute, place, { ...context, openFiles: [absolute] }),
    ),
  );
  return { spec: given(spec, errors), warnings };
}

/** A job file at once, for programs that cannot wait: registered components, which have to be looked up, are refused. */
export function loadJobNow(file: string): LoadedJob {
  const { source, value } = readYaml(file);
  return ready(run(new Place(source, new Findings()), new Map(), (place, context) => buildJob(value, place, context)));
}

/** A component file at once; as `loadJobNow`. */
export function loadComponentNow(file: string): LoadedComponent {
  const { source, value } = readYaml(file);
  const absolute = resolve(file);
  return ready(
    run(new Place(source, new Findings()), new Map(), (place, context) =>
      component(value, absolute, place, { ...context, openFiles: [absolute] }),
    ),
  );
}

export interface ObjectOptions {
  /** What relative paths are relative to. */
  readonly baseDirectory: string;
  /** Components that were looked up before, by reference (`azureml:name:version`); `null`: there is none. */
  readonly components?: ReadonlyMap<string, ComponentSpec | null>;
  /** Folders that the program makes before the job runs: that they are not there yet is no mistake. Absolute. */
  readonly promised?: ReadonlySet<string>;
}

/**
 * A job from a plain object with the keys of YAML: the same judgement and messages, without lines. A `component` may also be
 * a ComponentSpec. A registered component that is not in `options.components` is refused.
 */
export function jobFromObject(value: unknown, options: ObjectOptions): LoadedJob {
  return settled(value, options, (plainValue, place, context) => buildJob(plainValue, place, context));
}

/** A component from a plain object with the keys of YAML. */
export function componentFromObject(value: unknown, options: ObjectOptions): LoadedComponent {
  return settled(value, options, (plainValue, place, context) => component(plainValue, undefined, place, context));
}

function component(value: unknown, file: string | undefined, place: Place, context: Context): ComponentSpec | undefined {
  if (!isRecord(value)) {
    const empty = value === null || value === undefined;
    place.error(
      empty ? 'empty-file' : 'wrong-type',
      empty ? 'The file is empty; expected a component.' : `Expected a component (a mapping of keys), found ${shown(value)}.`,
    );
    return undefined;
  }
  if (typeof value.name === 'string') checkNamed('component', value.name, 'component name', place.at('name'));
  const deferred = new Set<string>();
  const step = buildComponent(value, undefined, place, { ...context, deferred }, file);
  if (step === undefined || deferred.size === 0) return step === undefined ? undefined : { step };
  const { baseDirectory } = place.source;
  return { step, definition: { value, baseDirectory, ...(file !== undefined && { file }) } };
}

type Known = ReadonlyMap<string, ComponentSpec | null>;
interface Judged<Spec> {
  readonly spec?: Spec;
  /** What could be made of a file with mistakes: to look for others. */
  readonly draft?: Spec;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}
type Outcome<Spec> = ({ readonly kind: 'done' } & Judged<Spec>) | { readonly kind: 'wanted'; readonly references: ReadonlySet<string> };

/** Builds once with the components that are known; registered ones that were met for the first time come back as wanted. */
function run<Spec>(
  place: Place,
  known: Known,
  build: (place: Place, context: Context) => Spec | undefined,
  unregistered: Unregistered = 'error',
): Outcome<Spec> {
  const { findings } = place;
  const wanted = new Set<string>();
  const spec = build(place, { findings, components: known, wanted, unregistered, deferred: undefined, buildSteps, openFiles: [] });
  if (wanted.size > 0) return { kind: 'wanted', references: wanted };
  const [errors, warnings] = [inOrder(findings.problems), inOrder(findings.warnings)];
  const whole = errors.length === 0 && !warnings.some(({ code }) => code === UNREGISTERED);
  return { kind: 'done', errors, warnings, ...(spec !== undefined && (whole ? { spec } : { draft: spec })) };
}

function given<Spec>(spec: Spec | undefined, errors: readonly Problem[]): Spec {
  if (errors.length > 0) throw new RequestError(errors);
  if (spec === undefined) throw new Error('the loader gave up without saying why');
  return spec;
}

/** Registered components are looked up between two tries, so that building itself never waits. */
async function withRegistry<Spec>(
  registry: ComponentRegistry | undefined,
  attempt: (known: Known) => Outcome<Spec>,
): Promise<Judged<Spec>> {
  const known = new Map<string, ComponentSpec | null>();
  for (;;) {
    const outcome = attempt(known);
    if (outcome.kind === 'done') return outcome;
    for (const text of outcome.references) {
      const reference = parsePath(text);
      const found = reference.kind === 'asset' ? await registry?.find(reference) : undefined;
      known.set(text, found ?? null);
    }
  }
}

function settled<Spec>(
  value: unknown,
  options: ObjectOptions,
  build: (value: unknown, place: Place, context: Context) => Spec | undefined,
): { spec: Spec; warnings: readonly Problem[] } {
  const place = new Place(objectSource(resolve(options.baseDirectory), options.promised), new Findings());
  const outcome = run(place, options.components ?? new Map(), (at, context) => build(plain(value), at, context));
  return ready(outcome);
}

function ready<Spec>(outcome: Outcome<Spec>): { spec: Spec; warnings: readonly Problem[] } {
  if (outcome.kind === 'done') return { spec: given(outcome.spec, outcome.errors), warnings: outcome.warnings };
  throw new RequestError(
    [...outcome.references].map((reference) => ({
      code: 'unknown-component',
      message: `The registered component ${reference} was not looked up.`,
      hint: 'A program gets it with await client.components.get(name) and calls it; a file with it can be run by prl.',
    })),
  );
}
