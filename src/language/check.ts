/** Judges a value by a schema: tells everything that is wrong at its place, and gives back what is right. */
import type * as z from 'zod';
import type { KeyPath, Place } from './findings.ts';
import { nearest, suggestion } from './near.ts';
import { byFit, choicesOf, isHidden, keysOf, placeOfKey, schemaAt, tellingKeysOf, wordsOf } from './schema/look.ts';

/** What becomes of keys that the schema does not know and that are no near misses: Azure's client reads component files past them. */
export type StrayKeys = 'refused' | 'ignored';

type Issue = z.core.$ZodIssue;

/**
 * The value as far as it is right: wrong leaves are left out (and told), so that the rest can still be judged. `undefined`
 * when nothing could be saved.
 */
export function check<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  value: unknown,
  place: Place,
  strayKeys: StrayKeys = 'refused',
): Partial<z.infer<z.ZodObject<Shape>>> | undefined {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  const cuts: KeyPath[] = [];
  const slips: Slip[] = [];
  const telling = { schema, root: value, place, cuts, slips, strayKeys };
  for (const issue of first.error.issues.toSorted(strangeKeysFirst)) report(issue, [], telling);
  if (!isRecord(value)) return undefined;
  const pruned = copied(value);
  for (const path of cuts) prune(pruned, path);
  // A slip is told; what is behind it is judged as what was meant.
  for (const { holder, key, meant } of slips) {
    const into = holder.length === 0 ? pruned : valueAt(pruned, holder);
    if (isRecord(into)) into[meant] = copied(valueAt(value, [...holder, key]));
  }
  // What is left may lack keys that something needs: then that goes too, level by level.
  const lenient = schema.partial();
  for (let level = 0; level < 8; level += 1) {
    const result = lenient.safeParse(pruned);
    if (result.success) return result.data as Partial<z.infer<z.ZodObject<Shape>>>;
    for (const issue of result.error.issues) {
      const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
      const there = valueAt(pruned, path) !== undefined;
      prune(pruned, there || path.length < 2 ? path : path.slice(0, -1));
    }
  }
  return undefined;
}

/** A key that is a near miss of one that is not there. */
interface Slip {
  readonly holder: KeyPath;
  readonly key: string;
  readonly meant: string;
}

/** A key that is missing is not told where a slip stands for it. */
function strangeKeysFirst(one: Issue, other: Issue): number {
  return Number(other.code === 'unrecognized_keys') - Number(one.code === 'unrecognized_keys');
}

/** What an issue is told with. */
interface Telling {
  readonly schema: z.core.$ZodType;
  readonly root: unknown;
  readonly place: Place;
  readonly cuts: KeyPath[];
  readonly slips: Slip[];
  readonly strayKeys: StrayKeys;
}

/** `base`: where the choice stands that the issue is about one shape of. */
function report(issue: Issue, base: KeyPath, telling: Telling): void {
  const { root, place, cuts, slips, strayKeys } = telling;
  const path: KeyPath = [...base, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  const schema = schemaAt(telling.schema, path, root);
  const found = valueAt(root, path);
  const at = place.at(...path);
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysOf(schema, found).filter((key) => key !== '$schema');
    for (const key of issue.keys) {
      cuts.push([...path, key]);
      const meant = nearest(key, allowed);
      if (meant !== undefined && isRecord(found) && !Object.hasOwn(found, meant)) slips.push({ holder: path, key, meant });
      const ignored = strayKeys === 'ignored' && path.length === 0 && meant === undefined;
      if (ignored) at.at(key).warn('unknown-key', `The key ${JSON.stringify(key)} has no meaning here and is ignored.`);
      else
        at.at(key).keyError(
          'unknown-key',
          `Unknown key ${JSON.stringify(key)}.`,
          meant === undefined ? adviceOn(key, schema, found) : suggestion(key, [meant], ''),
        );
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    const inner = fittingBranch(issue.errors, schema, found);
    if (inner !== undefined) {
      for (const one of inner.toSorted(strangeKeysFirst)) report(one, path, telling);
      return;
    }
  }
  if (found === undefined) {
    const key = String(path.at(-1) ?? '');
    const holder = path.slice(0, -1).join('/');
    if (slips.some((slip) => slip.meant === key && slip.holder.join('/') === holder)) return;
    at.error('missing-key', `The key ${JSON.stringify(key)} is required: expected ${issue.message}, found nothing.`);
    cuts.push(path.length > 1 ? path.slice(0, -1) : path);
    return;
  }
  at.error(
    codeFor(issue),
    `Expected ${issue.message}, found ${isHidden(schema) ? 'something else' : shown(found)}.`,
    spelling(wordsOf(schema), found),
  );
  cuts.push(path);
}

/** What SDK v1 calls otherwise: the key that stands for it, and what there is to say. */
const OTHERWISE: Readonly<Record<string, readonly [key: string, say: string]>> = {
  process_count_per_node: ['max_concurrency_per_instance', 'Here it is called "max_concurrency_per_instance".'],
  node_count: ['resources', 'Here it is "instance_count" under "resources".'],
  run_invocation_timeout: ['retry_settings', 'Here it is "timeout" under "retry_settings".'],
  run_max_try: ['retry_settings', 'Here it is "max_retries" under "retry_settings", and one less: it does not count the first try.'],
  allowed_failed_count: ['mini_batch_error_threshold', 'Here it is called "mini_batch_error_threshold".'],
  allowed_failed_percent: ['task', 'Here it is an argument, "--allowed_failed_percent 10", in "program_arguments" under "task".'],
  source_directory: ['task', 'Here it is "code" under "task".'],
  output_action: ['task', 'Here it is "append_row_to" under "task"; without that, summary only.'],
  compute_target: ['compute', 'Here it is called "compute".'],
};

/** On a key that is no near miss. */
function adviceOn(key: string, schema: z.core.$ZodType | undefined, found: unknown): string {
  const [meant, say] = (Object.hasOwn(OTHERWISE, key) ? OTHERWISE[key] : undefined) ?? [];
  if (meant !== undefined && say !== undefined && keysOf(schema, found).includes(meant)) return say;
  const under = placeOfKey(schema, found, key);
  if (under !== undefined) return `It belongs under ${JSON.stringify(under)}.`;
  const keys = tellingKeysOf(schema, found).filter((known) => known !== '$schema');
  return suggestion(key, keys, 'key allowed here');
}

/** The alternative that the value's own shape points to: for a mapping, one that takes mappings. */
function fittingBranch(
  branches: readonly (readonly Issue[])[],
  choice: z.core.$ZodType | undefined,
  found: unknown,
): readonly Issue[] | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const options = choicesOf(choice);
  const fitting = branches
    .map((issues, index) => ({ of: issues, shape: options[index], issues: issues.length }))
    .filter(({ of }) => of.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'));
  return byFit(fitting, found)[0];
}

function codeFor(issue: Issue): string {
  if (issue.code === 'too_small' || issue.code === 'too_big') return 'out-of-range';
  if (issue.code === 'invalid_type') return 'wrong-type';
  return 'invalid-value';
}

function spelling(allowed: readonly string[], found: unknown): string | undefined {
  const near = typeof found === 'string' ? nearest(found, allowed) : undefined;
  return near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`;
}

/** A copy of mappings and lists; what else a program may have put into them stays what it is. */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  return isRecord(value) ? (Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as T) : value;
}

/** Deletes what stands at a path; an item of a list takes the whole list with it. */
function prune(root: Record<string, unknown>, path: KeyPath): void {
  const last = path.findIndex((key) => typeof key === 'number');
  const cut = last < 0 ? path : path.slice(0, last);
  const holder = valueAt(root, cut.slice(0, -1));
  const key = cut.at(-1);
  if (isRecord(holder) && key !== undefined) delete holder[String(key)];
}

export function valueAt(root: unknown, path: KeyPath): unknown {
  let value = root;
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key];
    else if (isRecord(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a message: short, and said in YAML's words. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isRecord(value)) {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty mapping' : `a mapping with ${keys.slice(0, 3).join(', ')}${keys.length > 3 ? ' …' : ''}`;
  }
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}
