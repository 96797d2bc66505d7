import { dirname, posix } from 'node:path';
import type * as z from 'zod';
import { check } from '../../language/check.ts';
import { Findings, Place } from '../../language/findings.ts';
import { MAX_BYTES, parseYaml, readYaml, type YamlFile } from '../../language/source/yaml.ts';
import type { DataStore } from '../stores/store.ts';
import { InputFile } from '../table/table-files.ts';
import type { FileStep, MLTable, PathEntry, Read, RowStep } from './model.ts';
import { placeOf } from './place.ts';
import { type AnyStep, readStep } from './read-step.ts';
import { mltable } from './schema.ts';

type Transformation = NonNullable<z.infer<typeof mltable>['transformations']>[number];

/** Reads and judges an MLTable file. Throws a RequestError with everything that is wrong, each with its line. */
export function readMLTable(file: string): MLTable {
  return judged(readYaml(file), file, dirname(file));
}

/** As `readMLTable`, of a file in a store. */
export async function readFarMLTable(store: DataStore, file: string): Promise<MLTable> {
  const folder = posix.dirname(file);
  const text = await InputFile.use({ store, root: '', paths: [] }, file, async (open) => {
    const bytes = Buffer.alloc(Math.min(open.size, MAX_BYTES));
    return bytes.toString('utf8', 0, await open.read(bytes, 0));
  });
  return judged(parseYaml(text, store.describe(file)), file, folder === '.' ? '' : folder);
}

/** @param folder in the store of the file */
function judged({ value, source }: YamlFile, file: string, folder: string): MLTable {
  const findings = new Findings();
  const root = new Place(source, findings);
  refuseQuery(value, root);
  const table = check(mltable, value, root);
  const paths = (table?.paths ?? []).flatMap((entry, index) => pathEntry(entry, root.at('paths', index)));
  const steps = (table?.transformations ?? []).flatMap((step, index) => transformationStep(step, root.at('transformations', index)));
  const { read, fileSteps, rowSteps } = inOrder(steps);
  findings.throwIfAny();
  return { file, folder, paths, fileSteps, ...(read !== undefined && { read }), rowSteps };
}

function refuseQuery(value: unknown, root: Place): void {
  if (typeof value === 'object' && value !== null && 'query_source' in value) {
    root
      .at('query_source')
      .keyError('unsupported', 'A table from a query of a database is not read.', 'Write its rows to files and list these under paths.');
  }
}

function pathEntry(entry: Readonly<Record<string, string | undefined>>, place: Place): readonly PathEntry[] {
  const given = (['file', 'folder', 'pattern'] as const).filter((kind) => entry[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    place.error('invalid-value', `Expected one of file, folder, pattern, found ${given.length === 0 ? 'none' : given.join(' and ')}.`);
    return [];
  }
  return [{ kind, path: entry[kind] ?? '', place: placeOf(place.at(kind)) }];
}

function transformationStep(transformation: Transformation, place: Place): readonly AnyStep[] {
  if (typeof transformation === 'string') return readStep(transformation, {}, place);
  const keys = Object.keys(transformation) as (keyof typeof transformation)[];
  const [key] = keys;
  if (key === undefined || keys.length > 1) {
    place.error('invalid-value', `Expected a mapping with one transformation, found ${keys.length === 0 ? 'none' : keys.join(' and ')}.`);
    return [];
  }
  return readStep(key, transformation, place.at(key));
}

/** Steps before the read concern files, those behind it rows. */
function inOrder(steps: readonly AnyStep[]): { read?: Read; fileSteps: readonly FileStep[]; rowSteps: readonly RowStep[] } {
  const at = steps.findIndex((step) => step.kind === 'read');
  const before = at < 0 ? steps : steps.slice(0, at);
  const fileSteps = before.flatMap((step) => {
    if (step.kind === 'file') return [step.step];
    if (step.kind === 'row')
      step.place.keyError('misplaced', 'It stands before any read_* transformation, where there are files and no rows yet.');
    return [];
  });
  const rowSteps = steps.slice(at < 0 ? steps.length : at + 1).flatMap((step) => {
    if (step.kind !== 'read') return [step.step];
    step.place.keyError('misplaced', 'Files can be read only once.', 'Remove one of the two read_* transformations.');
    return [];
  });
  const found = steps[at];
  return found?.kind === 'read' ? { read: found.read, fileSteps, rowSteps } : { fileSteps, rowSteps };
}
