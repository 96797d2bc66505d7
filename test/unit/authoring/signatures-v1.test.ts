/**
 * Every public name of SDK v1's Python packages (`signatures-v1.json`, written by `signatures-v1.py`) has a counterpart
 * here, or stands in the table of `docs/sdk-v1.md` that says why it has none.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Declarations } from '../../support/declarations.ts';
import signatures from './signatures-v1.json' with { type: 'json' };

interface Signature {
  readonly parameters: readonly string[];
  readonly members: Readonly<Record<string, string | readonly string[]>>;
}
const python: Readonly<Record<string, Signature>> = signatures;

/** What stands for a class under another name. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  AzureBlobDatastore: 'Datastore',
  FileDatasetFactory: 'Dataset.File',
  TabularDatasetFactory: 'Dataset.Tabular',
};

/** The options that a class's constructor takes, where they are not called like the class. */
const OPTIONS: Readonly<Record<string, string>> = {
  Chainer: 'EstimatorOptions',
  DatasetConsumptionConfig: 'DatasetConsumptionOptions',
  Gloo: 'PyTorchOptions',
  Mpi: 'MpiOptions',
  MpiConfiguration: 'MpiOptions',
  Nccl: 'PyTorchOptions',
  ParameterServer: 'TensorflowOptions',
  PipelineData: 'NamedPipelineDataOptions',
  PyTorch: 'EstimatorOptions',
  PyTorchConfiguration: 'PyTorchOptions',
  SKLearn: 'EstimatorOptions',
  TensorflowConfiguration: 'TensorflowOptions',
};

let ours: ReadonlyMap<string, ReadonlySet<string>>;
let declarations: Declarations;
beforeAll(() => {
  declarations = new Declarations();
  const names = new Map<string, Set<string>>();
  for (const symbol of declarations.exportsOf('src/authoring/v1/index.ts')) {
    const own = names.get(symbol.name) ?? new Set();
    names.set(symbol.name, own);
    for (const { path } of declarations.membersOf(symbol)) {
      own.add(path.slice(symbol.name.length + 1));
      const [, inside, member] = /^(\w+\.\w+)\.(\w+)$/.exec(path) ?? [];
      if (inside !== undefined && member !== undefined) names.set(inside, (names.get(inside) ?? new Set()).add(member));
    }
  }
  ours = names;
}, 120_000);
afterAll(() => declarations.close());

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `Class`, `Class.member`, `Class(parameter)`: what has no counterpart of its name. */
function withoutCounterpart(): readonly string[] {
  return Object.entries(python).flatMap(([name, { parameters, members }]) => {
    const own = ours.get(COUNTERPARTS[name] ?? name);
    if (own === undefined) return [name];
    const options = ours.get(OPTIONS[name] ?? `${name}Options`);
    return [
      ...parameters
        .map((parameter) => parameter.replace(/=.*/s, ''))
        .flatMap((each) => (options?.has(camel(each)) === false ? [`${name}(${each})`] : [])),
      ...Object.keys(members).flatMap((member) => (own.has(camel(member)) ? [] : [`${name}.${member}`])),
    ];
  });
}

/** The first cells of the table: `A, B: one, two` for members, `A, B (one, two)` for parameters, `A, B` for classes. */
function explained(): readonly string[] {
  const page = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs', 'sdk-v1.md'), 'utf8');
  const [, table = ''] = page.split('## What has no counterpart');
  const rows = [...table.matchAll(/^\| (`.*`) +\| \S.*\|$/gm)].map(([, cell = '']) => cell);
  return rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, group = '']) => itemsOf(group)));
}

function itemsOf(group: string): readonly string[] {
  const [, classes = '', members, parameters] = /^([\w, ]+?)(?:: (.*)| \((.*)\))?$/.exec(group) ?? [];
  const owners = classes.split(', ');
  if (members !== undefined) return owners.flatMap((owner) => members.split(', ').map((member) => `${owner}.${member}`));
  if (parameters !== undefined) return owners.flatMap((owner) => parameters.split(', ').map((each) => `${owner}(${each})`));
  return owners;
}

it('has a counterpart of every public name of SDK v1, or says why there is none', () => {
  expect([...withoutCounterpart()].sort()).toEqual([...explained()].sort());
});
