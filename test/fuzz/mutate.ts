/** Rubbish that is nearly right: what is right, with a few things in other places. */
import fc from 'fast-check';

/** One value of an arbitrary for a seed. */
export function drawn<Value>(arbitrary: fc.Arbitrary<Value>, seed: number): Value {
  const [value] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (value === undefined) throw new Error('nothing was drawn');
  return value;
}

type ByteChange =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'double'; readonly at: number; readonly length: number };

const at = fc.nat(1 << 20);
const telling = [
  '\0',
  '\t',
  '\n',
  ' ',
  ':',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '&a ',
  '*a',
  '!!',
  '<<: ',
  '${{',
  '}}',
  '#',
  '|',
  '>',
  '\r',
  '\ufeff',
  '\u2028',
  '💥',
  'é',
];

export const byteChange: fc.Arbitrary<ByteChange> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at,
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.constantFrom(...telling).map((text) => new Uint8Array(Buffer.from(text))),
    ),
  }),
  fc.record({ kind: fc.constant('cut' as const), at, length: fc.nat(60) }),
  fc.record({ kind: fc.constant('double' as const), at, length: fc.nat(60) }),
);

export function changeBytes(bytes: Buffer, changes: readonly ByteChange[]): Buffer {
  let result = bytes;
  for (const change of changes) {
    const place = result.length === 0 ? 0 : change.at % result.length;
    const before = result.subarray(0, place);
    const after = result.subarray(place);
    switch (change.kind) {
      case 'flip':
        result = Buffer.from(result);
        if (result.length > 0) result[place] = (result[place] ?? 0) ^ (1 << change.bit);
        break;
      case 'insert':
        result = Buffer.concat([before, change.bytes, after]);
        break;
      case 'cut':
        result = Buffer.concat([before, after.subarray(change.length)]);
        break;
      case 'double':
        result = Buffer.concat([before, after.subarray(0, change.length), after]);
        break;
    }
  }
  return result;
}

/** A tree of what YAML and JSON hold. */
export type Tree = null | boolean | number | string | readonly Tree[] | { readonly [key: string]: Tree };

export type TreeChange =
  | { readonly kind: 'replace'; readonly at: number; readonly by: Tree }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'rename'; readonly at: number; readonly name: string }
  | { readonly kind: 'transplant'; readonly from: number; readonly to: number };

const scalar = fc.oneof(
  fc.constantFrom<Tree>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e21,
    '',
    ' ',
    '.',
    '..',
    '/',
    'a',
    '10',
    '10kb',
    'yes',
    '~',
    '\0',
    'a\nb',
    'x'.repeat(5000),
  ),
  fc.constantFrom<Tree>(
    '${{inputs.a}}',
    '${{inputs.}}',
    '${{parent.jobs.a.outputs.b}}',
    '${{',
    '}}',
    '$[[',
    'azureml:a:1',
    'azureml://datastores/a/paths/b',
  ),
  fc.integer().map((value): Tree => value),
  fc.double().map((value): Tree => (Number.isFinite(value) ? value : String(value))),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((value): Tree => value),
);

export const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom('type', 'path', 'inputs', 'jobs', '__proto__', 'constructor', 'toString', ''), fc.string({ maxLength: 5 })),
      tie('tree'),
      {
        maxKeys: 3,
      },
    ),
  ),
})).tree;

export const treeChange: fc.Arbitrary<TreeChange> = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), at, by: tree }),
  fc.record({ kind: fc.constant('remove' as const), at }),
  fc.record({
    kind: fc.constant('rename' as const),
    at,
    name: fc.oneof(fc.constantFrom('__proto__', 'type', '', 'constructor'), fc.string({ maxLength: 8 })),
  }),
  fc.record({ kind: fc.constant('transplant' as const), from: at, to: at }),
);

export function changeTree(whole: Tree, changes: readonly TreeChange[]): Tree {
  let result = whole;
  for (const change of changes) {
    const places = placesOf(result);
    const place = (number: number): readonly string[] => places[number % places.length] ?? [];
    switch (change.kind) {
      case 'replace':
        result = withAt(result, place(change.at), () => change.by);
        break;
      case 'remove':
        result = withAt(result, place(change.at), () => undefined);
        break;
      case 'rename':
        result = renamed(result, place(change.at), change.name);
        break;
      case 'transplant': {
        const value = valueAt(result, place(change.from));
        result = withAt(result, place(change.to), () => value);
        break;
      }
    }
  }
  return result;
}

/** The path of every node but the root. */
function placesOf(node: Tree, above: readonly string[] = []): readonly (readonly string[])[] {
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]: [string, Tree]) => [[...above, key], ...placesOf(value, [...above, key])]);
}

function valueAt(node: Tree, path: readonly string[]): Tree {
  return path.reduce<Tree>((value, key) => new Map<string, Tree>(entries(value)).get(key) ?? null, node);
}

function entries(node: Tree): readonly [string, Tree][] {
  return node !== null && typeof node === 'object' ? Object.entries(node) : [];
}

function withAt(node: Tree, [key, ...rest]: readonly string[], change: (value: Tree) => Tree | undefined): Tree {
  if (key === undefined || node === null || typeof node !== 'object') return node;
  const next = entries(node).flatMap(([name, value]): [string, Tree][] => {
    if (name !== key) return [[name, value]];
    const changed = rest.length > 0 ? withAt(value, rest, change) : change(value);
    return changed === undefined ? [] : [[name, changed]];
  });
  return Array.isArray(node) ? next.map(([, value]) => value) : Object.fromEntries(next);
}

function renamed(node: Tree, path: readonly string[], name: string): Tree {
  const above = path.slice(0, -1);
  const last = path.at(-1);
  const rename = (parent: Tree): Tree =>
    parent === null || typeof parent !== 'object' || Array.isArray(parent)
      ? parent
      : Object.fromEntries(entries(parent).map(([key, value]) => [key === last ? name : key, value]));
  return above.length === 0 ? rename(node) : withAt(node, above, rename);
}
